package io.signalbox.broker.journal;

import io.signalbox.broker.record.MessageCodec;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.error.ReasonCode;
import io.signalbox.log.Appender;
import io.signalbox.log.Log;
import io.signalbox.log.LogWriteException;
import io.signalbox.message.Guarantee;
import io.signalbox.transport.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes to the log in one write, and then to the sessions: a message is in the log before anybody is given it.
 * Owned by the journal's turn. Hot path.
 */
final class Batch {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);
    private static final byte[] NOTHING = {};
    private static final Executor AT_ONCE = Runnable::run;
    private static final int OFFERS_BEFORE_SYNC_MAX = 32;
    private static final int KEPT_NOTES_MAX = 1_000_000;

    private final Log log;
    private final Router router;
    private final Appender appender;
    private final Waiters waiters;
    private final Refusing refusing;
    private final RecordWriter record = new RecordWriter();
    private final List<Publish> publishes = new ArrayList<>(Journal.BATCH_COMMANDS);
    private final List<Note> notes = new ArrayList<>();
    private final KeptNotes kept =
            new KeptNotes(KEPT_NOTES_MAX, Runtime.getRuntime().maxMemory() / 8);
    private long pendingBytes;
    private long sequence;
    private boolean syncWanted;
    private Executor syncing = AT_ONCE;
    private boolean answering;

    /** For readers of statistics. */
    private volatile long lastSequence;

    Batch(Log log, Router router, Waiters waiters, Refusing refusing, long lastSequence) {
        this.log = log;
        this.router = router;
        this.appender = log.appender();
        this.waiters = waiters;
        this.refusing = refusing;
        this.sequence = lastSequence;
        this.lastSequence = lastSequence;
    }

    /** Of the newest message that was written. Any thread. */
    long lastSequence() {
        return lastSequence;
    }

    /** The log position after what was appended last. */
    long end() {
        return appender.end();
    }

    /** See {@link Appender#isReadyFor}. */
    boolean isReadyFor(long bytes) {
        return appender.isReadyFor(bytes);
    }

    /** Is everything before this position on the disk? */
    boolean isSynced(long end) {
        return end <= log.syncedPosition();
    }

    /** Publishes that are admitted and not handed out. */
    int pending() {
        return publishes.size();
    }

    /** Of all of those. */
    long pendingBytes() {
        return pendingBytes;
    }

    void add(Publish publish) {
        publishes.add(publish);
        pendingBytes += publish.message.sizeBytes();
    }

    /** @throws IllegalArgumentException if the message does not fit into a record */
    void append(Publish publish) {
        BrokerSession origin = publish.origin;
        boolean tagged = publish.tag > 0 && origin != null && origin.durable();
        record.clear();
        record.varint(tagged && origin != null ? origin.id() : 0).varint(tagged ? publish.tag : 0);
        Owed.write(record, publish);
        MessageCodec.write(record, publish.message);
        TopicEntry topic = publish.topic;
        publish.position = appender.append(
                RecordType.MESSAGE,
                topic == null ? 0 : topic.key(),
                sequence + 1,
                publish.timeMillis,
                record.array(),
                0,
                record.length());
        publish.sequence = ++sequence;
    }

    /** A record of nothing, to wait for all that is before it. */
    void appendBarrier(Publish publish) {
        publish.position = appender.append(RecordType.BARRIER, 0, sequence, publish.timeMillis, NOTHING, 0, 0);
    }

    /**
     * Behind what the disk refused before, if there is such: a note says what its predecessors made true.
     *
     * @return about how many bytes it adds to the batch
     * @throws IllegalArgumentException if it does not fit into a record
     */
    int append(Note note, long now) {
        if (!kept.isEmpty()) {
            kept.add(note);
            return 0;
        }
        return write(note, now);
    }

    private int write(Note note, long now) {
        appender.append(note.type(), 0, sequence, now, note.payload(), 0, note.payload().length);
        notes.add(note);
        return note.payload().length + 32;
    }

    boolean hasKept() {
        return !kept.isEmpty();
    }

    /** Are callbacks being called? What they ask for is not for this batch, which is written or refused already. */
    boolean isAnswering() {
        return answering;
    }

    /** What the disk refused before, all of it and in its order, once the log takes records. At a turn's beginning. */
    void writeKept(long now) {
        boolean written = true;
        while (written && !kept.isEmpty() && log.health().healthy()) {
            Note note;
            int bytes = 0;
            for (int i = 0;
                    i < Journal.BATCH_COMMANDS && bytes < Journal.BATCH_BYTES && (note = kept.peek()) != null;
                    i++) {
                try {
                    bytes += write(note, now);
                } catch (IllegalArgumentException tooLarge) {
                    note.logLost(tooLarge);
                }
                kept.remove();
            }
            written = finish();
        }
    }

    /**
     * Writes, hands over, and asks for the flush.
     *
     * @return whether the log has it
     */
    boolean finish() {
        if (publishes.isEmpty() && notes.isEmpty()) {
            return true;
        }
        awaitFlush(appender.end());
        try {
            appender.commit();
        } catch (LogWriteException e) {
            commitFailed(e);
            return false;
        } catch (RuntimeException | Error e) {
            refuseAll(ReasonCode.INTERNAL, "a fault of the server: " + e);
            throw e;
        }
        // At once: whatever happens from here on, these sequences are taken.
        lastSequence = sequence;
        notes.clear();
        answering = true;
        int offers = 0;
        try {
            for (int i = 0; i < publishes.size(); i++) {
                handOut(publishes.get(i));
                offers += publishes.get(i).offers;
            }
        } finally {
            answered();
            if (syncWanted) {
                syncWanted = false;
                requestSync(offers <= OFFERS_BEFORE_SYNC_MAX ? syncing : AT_ONCE);
            }
        }
        return true;
    }

    /**
     * Where the flushes of this turn's batches are asked for: at once, or behind what the handing out left to do if that
     * is little.
     */
    void syncBy(Executor executor) {
        syncing = executor;
    }

    private void requestSync(Executor executor) {
        try {
            executor.execute(appender::requestSync);
        } catch (RejectedExecutionException laneClosed) {
            appender.requestSync();
        }
    }

    private void answered() {
        answering = false;
        publishes.clear();
        pendingBytes = 0;
    }

    /** @param end of the batch */
    private void awaitFlush(long end) {
        for (int i = 0; i < publishes.size(); i++) {
            Publish publish = publishes.get(i);
            if (publish.awaitsFlush()) {
                waiters.add(end, publish);
                syncWanted = true;
            }
        }
        for (int i = 0; i < notes.size(); i++) {
            if (notes.get(i).durable() != null) {
                waiters.add(end, notes.get(i));
                syncWanted = true;
            }
        }
    }

    private void handOut(Publish publish) {
        if (publish.outcome != Receipt.Outcome.DUPLICATE) {
            try {
                Dispatch.dispatch(publish, router);
            } catch (RuntimeException | Error e) {
                LOG.error("the message at log position {} was not given to all subscribers", publish.position, e);
            }
        }
        if (!publish.awaitsFlush()) {
            publish.done();
        }
    }

    private void commitFailed(LogWriteException e) {
        ReasonCode reason =
                e.kind() == LogWriteException.Kind.FULL ? ReasonCode.STORAGE_FULL : ReasonCode.STORAGE_FAILED;
        takeBack();
        answering = true;
        try {
            for (Publish publish : publishes) {
                if (publish.position == 0) {
                    handOut(publish);
                } else if (goesOnWithoutDisk(publish)) {
                    handOut(publish.unlogged());
                } else {
                    refusing.refuse(publish, reason, String.valueOf(e.getMessage()));
                }
            }
        } finally {
            answered();
        }
    }

    private static boolean goesOnWithoutDisk(Publish publish) {
        TopicEntry topic = publish.topic;
        return topic != null
                && (topic.policy().bestEffort()
                        || publish.message.guarantee() == Guarantee.AT_MOST_ONCE && !topic.logsAtMostOnce());
    }

    /** After a fault: nothing of this batch was written. */
    void refuseAll(ReasonCode reason, String detail) {
        appender.discard();
        takeBack();
        answering = true;
        try {
            for (Publish publish : publishes) {
                refusing.refuse(publish, reason, detail);
            }
        } finally {
            answered();
        }
    }

    /** The one of this batch that could not be admitted. */
    void refuse(Publish publish, ReasonCode reason, String detail) {
        refusing.refuse(publish, reason, detail);
    }

    private void takeBack() {
        kept.putBack(notes);
        notes.clear();
        syncWanted = false;
        sequence = lastSequence;
    }
}
