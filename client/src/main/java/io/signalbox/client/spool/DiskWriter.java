package io.signalbox.client.spool;

import io.signalbox.client.spool.Publication.Spooled;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.log.Appender;
import io.signalbox.log.Log;
import io.signalbox.log.LogHealth;
import io.signalbox.log.LogWriteException;
import io.signalbox.log.SyncListener;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that appends, in batches; the log's sync thread then tells the publishers. Its queue is bounded by the
 * {@link Backlog} that publishers pass.
 */
final class DiskWriter implements SyncListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(DiskWriter.class);
    private static final int BATCH_MAX = 1_000;
    private static final int BATCH_BYTES_MAX = 8 << 20;
    private static final long BROKEN_PAUSE_NANOS = 100_000_000;

    private final Log log;
    private final Appender appender;
    private final SpoolId id;
    private final GivenUp givenUp;
    private final TimeSource time;
    private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Entry> unsynced = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean markQueued = new AtomicBoolean();
    private final AtomicBoolean givenUpUnwritten = new AtomicBoolean();
    private final Thread thread;
    private final List<Task> taken = new ArrayList<>();
    private @Nullable Throwable broken;
    private boolean oneByOne;
    private long nextSequence;
    private long writtenSequence;
    private long markedSequence;
    private volatile Mark mark;
    private volatile long readable;
    private volatile Runnable listener = () -> {};

    private sealed interface Task {}

    private record Wake() implements Task {}

    private record End() implements Task {}

    private static final class Entry implements Task {
        final long sequence;
        final String key;
        final byte[] record;
        final Store.Appended appended;
        long position;

        /** Its publisher hears of it from the sync thread, or has heard. The writer's thread's. */
        boolean handedOver;

        Entry(long sequence, String key, byte[] record, Store.Appended appended) {
            this.sequence = sequence;
            this.key = key;
            this.record = record;
            this.appended = appended;
        }
    }

    /** All is done with up to there. */
    private record Mark(long sequence, long position) {}

    DiskWriter(Log log, SpoolId id, Recovered recovered, TimeSource time) {
        this.log = log;
        this.id = id;
        this.time = time;
        givenUp = recovered.givenUp();
        appender = log.appender();
        nextSequence = recovered.lastSequence() + 1;
        writtenSequence = recovered.lastSequence();
        mark = new Mark(recovered.doneSequence(), recovered.donePosition());
        markedSequence = recovered.doneSequence();
        readable = log.syncedPosition();
        log.onSync(this);
        thread = Thread.ofPlatform().daemon().name("signalbox-client-spool").start(this::run);
    }

    /** By one thread at a time. */
    long append(Message message, byte[] record, Store.Appended appended) {
        long sequence = nextSequence++;
        String own = message.properties().idempotencyKey();
        queue.add(new Entry(sequence, own == null ? id.key(sequence) : own, record, appended));
        return sequence;
    }

    /** The position up to which messages are on disk and their publishers told. */
    long readable() {
        return readable;
    }

    void onReadable(Runnable value) {
        listener = value;
    }

    /** Written down with the next batch; many at once become one. */
    void mark(long sequence, long position) {
        mark = new Mark(sequence, position);
        givenUp.forget(sequence);
        wake();
    }

    /** The same of some that are no beginning. */
    void markBehind(List<Long> sequences) {
        sequences.forEach(sequence -> givenUp.add(sequence, sequence));
        givenUpUnwritten.set(true);
        wake();
    }

    private void wake() {
        if (markQueued.compareAndSet(false, true)) {
            queue.add(new Wake());
        }
    }

    private void run() {
        boolean end = false;
        try {
            while (!end || broken != null) {
                try {
                    failBroken();
                    if (!end) {
                        end = takeAndWrite();
                    }
                } catch (RuntimeException | Error e) { // Publishers must not wait for a thread that is gone.
                    end |= taken.stream().anyMatch(task -> task instanceof End);
                    broken = e;
                    LockSupport.parkNanos(BROKEN_PAUSE_NANOS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What there was no memory for together may go alone. @return it was the last */
    private boolean takeAndWrite() throws InterruptedException {
        taken.clear();
        taken.add(queue.take());
        if (!oneByOne) {
            queue.drainTo(taken, BATCH_MAX - 1);
        }
        markQueued.set(false);
        write(taken);
        writeGivenUp();
        Mark latest = mark;
        if (latest.sequence > markedSequence && write(latest)) {
            markedSequence = latest.sequence;
        }
        oneByOne = false;
        return taken.stream().anyMatch(task -> task instanceof End);
    }

    /** Of a batch that broke off, what nobody else will tell of. */
    private void failBroken() {
        Throwable cause = broken;
        if (cause == null) {
            return;
        }
        oneByOne = true;
        appender.discard();
        SignalboxException why = new SignalboxException(ReasonCode.INTERNAL, "the spool cannot write: " + cause, cause);
        for (Task task : taken) {
            if (task instanceof Entry entry && !entry.handedOver) {
                entry.handedOver = true;
                entry.appended.failed(why);
            }
        }
        broken = null;
        LOGGER.error("the spool's writer failed at a batch, and goes on with the next", cause);
    }

    private void write(List<Task> taken) {
        List<Entry> batch = new ArrayList<>();
        int bytes = 0;
        for (Task task : taken) {
            if (task instanceof Entry entry) {
                if (!batch.isEmpty() && bytes + entry.record.length > BATCH_BYTES_MAX) {
                    commit(batch);
                    batch.clear();
                    bytes = 0;
                }
                if (append(entry)) {
                    batch.add(entry);
                    bytes += entry.record.length;
                }
            }
        }
        if (!batch.isEmpty()) {
            commit(batch);
        }
    }

    private boolean append(Entry entry) {
        try {
            entry.position = appender.append(
                    Recovered.MESSAGE, 0, entry.sequence, time.millis(), entry.record, 0, entry.record.length);
            writtenSequence = entry.sequence;
            return true;
        } catch (RuntimeException e) {
            entry.handedOver = true;
            entry.appended.failed(new SignalboxException(ReasonCode.INTERNAL, "the spool cannot hold it: " + e, e));
            return false;
        }
    }

    private void commit(List<Entry> batch) {
        unsynced.addAll(batch);
        batch.forEach(entry -> entry.handedOver = true);
        try {
            appender.commit();
            appender.requestSync();
        } catch (LogWriteException e) {
            failed(
                    batch,
                    log.health() instanceof LogHealth.Full ? ReasonCode.STORAGE_FULL : ReasonCode.STORAGE_FAILED,
                    e);
        } catch (RuntimeException | Error e) { // Who knows what of it is written.
            appender.discard();
            batch.forEach(entry -> givenUp.add(entry.sequence, entry.sequence));
            givenUpUnwritten.set(true);
            failed(batch, ReasonCode.INTERNAL, e);
            LOGGER.error("the spool's writer failed at a batch, and goes on with the next", e);
        }
    }

    private void failed(List<Entry> batch, ReasonCode reason, Throwable cause) {
        unsynced.removeAll(batch);
        SignalboxException why = new SignalboxException(reason, "the spool cannot write: " + cause.getMessage(), cause);
        batch.forEach(entry -> entry.appended.failed(why));
    }

    /** Again with each batch until it is written: the next process is not to send them either. */
    private void writeGivenUp() {
        if (!givenUpUnwritten.getAndSet(false)) {
            return;
        }
        boolean written = false;
        try {
            byte[] content = givenUp.encode();
            if (content.length > 0) { // Else all of it lies behind what is done.
                appender.append(Recovered.GIVEN_UP, 0, writtenSequence, time.millis(), content, 0, content.length);
                appender.commit();
                appender.requestSync();
            }
            written = true;
        } catch (LogWriteException e) {
            LOGGER.warn("which messages were given up cannot be written down: {}", e.getMessage());
        } finally {
            if (!written) {
                givenUpUnwritten.set(true);
            }
        }
    }

    /**
     * In the operating system's hands it survives the process. It is forced with the next messages, or when none wait; a
     * power cut before sends again what the server has, under the same keys.
     */
    private boolean write(Mark latest) {
        byte[] content = ByteBuffer.allocate(Recovered.MARK_BYTES)
                .putLong(latest.sequence)
                .putLong(latest.position)
                .array();
        try {
            appender.append(Recovered.MARK, 0, writtenSequence, time.millis(), content, 0, content.length);
            appender.commit();
            if (latest.sequence == writtenSequence) {
                appender.requestSync();
            }
            return true;
        } catch (LogWriteException e) {
            LOGGER.warn("how far the server has the messages cannot be written down: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void onSynced(long position) {
        Entry entry;
        while ((entry = unsynced.peek()) != null && entry.position < position) {
            unsynced.poll();
            entry.appended.stored(new Spooled(entry.sequence, entry.key, true));
        }
        readable = position;
        listener.run();
    }

    /** They may stay in the log and become readable, but are not sent: who hears this may publish again. */
    @Override
    public void onSyncFailed(long fromPosition, long toPosition, IOException cause) {
        SignalboxException why = new SignalboxException(
                ReasonCode.STORAGE_FAILED, "the spool cannot flush: " + cause.getMessage(), cause);
        Entry entry;
        while ((entry = unsynced.peek()) != null && entry.position < toPosition) {
            unsynced.poll();
            givenUp.add(entry.sequence, entry.sequence);
            givenUpUnwritten.set(true);
            entry.appended.failed(why);
        }
        wake();
    }

    /** Writes what was appended, and ends. The log's close syncs it, and its publishers hear of that. */
    void close() {
        queue.add(new End());
        Joined.wait(thread);
    }
}
