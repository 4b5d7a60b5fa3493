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

/**
 * What goes to the log in one write, and then to the sessions: a message is in the log before anybody is given it.
 * Owned by the journal's turn. Hot path.
 */
final class Batch {
    private static final byte[] NOTHING = {};

    private final Log log;
    private final Router router;
    private final Appender appender;
    private final Waiters waiters;
    private final Refusing refusing;
    private final RecordWriter record = new RecordWriter();
    private final List<Publish> publishes = new ArrayList<>(Journal.BATCH_COMMANDS);
    private final List<Note> notes = new ArrayList<>();
    private final KeptNotes kept = new KeptNotes();
    private long pendingBytes;
    private long sequence;
    private boolean syncWanted;

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
    void append(Publish publish, long now) {
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
                now,
                record.array(),
                0,
                record.length());
        publish.sequence = ++sequence;
    }

    /** A record of nothing, to wait for all that is before it. */
    void appendBarrier(Publish publish, long now) {
        publish.position = appender.append(RecordType.BARRIER, 0, sequence, now, NOTHING, 0, 0);
    }

    /** @return about how many bytes it takes */
    int append(Note note, long now) {
        appender.append(note.type(), 0, sequence, now, note.payload(), 0, note.payload().length);
        notes.add(note);
        return note.payload().length + 32;
    }

    boolean hasKept() {
        return !kept.isEmpty();
    }

    /** What the disk refused before is tried again once the log takes records. */
    void retryKept(long now) {
        if (!log.health().healthy()) {
            return;
        }
        Note note;
        for (int i = 0; i < Journal.BATCH_COMMANDS && (note = kept.poll()) != null; i++) {
            append(note, now);
        }
        finish(now);
    }

    /** Writes, hands over, and asks for the flush. */
    void finish(long now) {
        if (publishes.isEmpty() && notes.isEmpty()) {
            return;
        }
        awaitFlush(appender.end());
        try {
            appender.commit();
        } catch (LogWriteException e) {
            commitFailed(e, now);
            return;
        }
        // At once: whatever happens from here on, these sequences are taken.
        lastSequence = sequence;
        try {
            for (int i = 0; i < publishes.size(); i++) {
                handOut(publishes.get(i), now);
            }
        } finally {
            if (syncWanted) {
                syncWanted = false;
                appender.requestSync();
            }
        }
        publishes.clear();
        pendingBytes = 0;
        notes.clear();
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

    private void handOut(Publish publish, long now) {
        if (publish.outcome != Receipt.Outcome.DUPLICATE) {
            Dispatch.dispatch(publish, now, router);
        }
        if (!publish.awaitsFlush()) {
            publish.done();
        }
    }

    private void commitFailed(LogWriteException e, long now) {
        ReasonCode reason =
                e.kind() == LogWriteException.Kind.FULL ? ReasonCode.STORAGE_FULL : ReasonCode.STORAGE_FAILED;
        for (Publish publish : publishes) {
            if (publish.position == 0) {
                handOut(publish, now);
            } else if (goesOnWithoutDisk(publish)) {
                handOut(publish.unlogged(), now);
            } else {
                refusing.refuse(publish, reason, String.valueOf(e.getMessage()));
            }
        }
        forget();
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
        for (Publish publish : publishes) {
            refusing.refuse(publish, reason, detail);
        }
        forget();
    }

    private void forget() {
        publishes.clear();
        pendingBytes = 0;
        kept.keep(notes);
        notes.clear();
        syncWanted = false;
        sequence = lastSequence;
    }
}
