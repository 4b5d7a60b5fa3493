package io.signalbox.transports.composite.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.log.Appender;
import io.signalbox.log.Log;
import io.signalbox.log.LogHealth;
import io.signalbox.log.LogWriteException;
import io.signalbox.log.SyncListener;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that appends to the spool, in batches; the log's sync thread tells the publishers. What was appended and
 * not answered yet is bounded, but for what its publisher was promised already.
 */
final class SpoolWriter implements SyncListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(SpoolWriter.class);
    private static final int OPEN_MAX = 20_000;
    private static final long OPEN_BYTES_MAX = 256L << 20;
    private static final int BATCH_MAX = 1_000;
    private static final int BATCH_BYTES_MAX = 8 << 20;
    private static final Refusal CLOSED = new Refusal(ReasonCode.CLOSED, "this spool is closed");

    private final Log log;
    private final Appender appender;
    private final boolean waitForSync;
    private final TimeSource time;
    private final AtomicLong pending;
    private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Entry> unsynced = new ConcurrentLinkedQueue<>();
    private final AtomicLong unwritten = new AtomicLong();
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong openBytes = new AtomicLong();
    private final Thread thread;
    private boolean closed;

    private static final class Entry {
        static final Entry END = new Entry(null, PublishCallback.IGNORE, 0);

        final @Nullable Message message;
        final PublishCallback callback;
        final long context;
        long position;

        Entry(@Nullable Message message, PublishCallback callback, long context) {
            this.message = message;
            this.callback = callback;
            this.context = context;
        }

        int bytes() {
            return message == null ? 0 : message.sizeBytes();
        }
    }

    SpoolWriter(Log log, Durability acknowledge, TimeSource time, AtomicLong pending) {
        this.log = log;
        this.time = time;
        this.pending = pending;
        appender = log.appender();
        waitForSync = acknowledge == Durability.SYNCED;
        log.onSync(this);
        thread = Thread.ofPlatform().daemon().name("spool-writer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Counts it as pending from here on.
     *
     * @param anyway it has waited, within another bound, for a transport that then refused it
     * @return null if it is taken, and its callback hears what became of it
     */
    synchronized @Nullable Refusal append(Message message, PublishCallback callback, long context, boolean anyway) {
        if (closed) {
            return CLOSED;
        }
        if (!anyway && (open.get() >= OPEN_MAX || openBytes.get() >= OPEN_BYTES_MAX)) {
            return new Refusal(
                    ReasonCode.BUSY,
                    open + " messages of " + openBytes + " bytes wait for the spool's disk; the bounds are " + OPEN_MAX
                            + " and " + OPEN_BYTES_MAX);
        }
        Entry entry = new Entry(message, callback, context);
        pending.incrementAndGet();
        open.incrementAndGet();
        openBytes.addAndGet(entry.bytes());
        unwritten.incrementAndGet();
        queue.add(entry);
        return null;
    }

    /** Is everything that was appended in the log, or refused? */
    boolean idle() {
        return unwritten.get() == 0;
    }

    private void run() {
        List<Entry> taken = new ArrayList<>();
        boolean end = false;
        try {
            while (!end) {
                taken.clear();
                taken.add(queue.take());
                queue.drainTo(taken, BATCH_MAX - 1);
                end = taken.remove(Entry.END);
                write(taken);
                unwritten.addAndGet(-taken.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<Entry> taken) {
        List<Entry> batch = new ArrayList<>();
        int bytes = 0;
        for (Entry entry : taken) {
            // However often it is tried, it is one message to whoever looks at ids.
            byte[] record = SpoolRecord.encode(MessageIds.identified(Objects.requireNonNull(entry.message), time));
            if (!batch.isEmpty() && bytes + record.length > BATCH_BYTES_MAX) {
                commit(batch);
                batch.clear();
                bytes = 0;
            }
            try {
                entry.position = appender.append(0, 0, 0, time.millis(), record, 0, record.length);
                batch.add(entry);
                bytes += record.length;
            } catch (IllegalArgumentException e) {
                refuse(entry, ReasonCode.PAYLOAD_TOO_LARGE, "the spool cannot hold it: " + e.getMessage());
            }
        }
        if (!batch.isEmpty()) {
            commit(batch);
        }
    }

    private void commit(List<Entry> batch) {
        if (waitForSync) {
            unsynced.addAll(batch);
        }
        try {
            appender.commit();
        } catch (LogWriteException e) {
            unsynced.removeAll(batch);
            ReasonCode reason =
                    log.health() instanceof LogHealth.Full ? ReasonCode.STORAGE_FULL : ReasonCode.STORAGE_FAILED;
            batch.forEach(entry -> refuse(entry, reason, "the spool cannot write: " + e.getMessage()));
            return;
        }
        appender.requestSync();
        if (!waitForSync) {
            batch.forEach(entry -> accepted(entry, Durability.BUFFERED));
        }
    }

    private void accepted(Entry entry, Durability reached) {
        answer(entry, () -> entry.callback.published(entry.context, Outcome.ROUTED, reached, 0));
    }

    private void refuse(Entry entry, ReasonCode reason, String detail) {
        pending.decrementAndGet();
        answer(entry, () -> entry.callback.refused(entry.context, new Refusal(reason, detail)));
    }

    /** A publisher that throws must not end the thread that others wait for. */
    private void answer(Entry entry, Runnable telling) {
        open.decrementAndGet();
        openBytes.addAndGet(-entry.bytes());
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOGGER.error("a publisher threw at its answer", e);
        }
    }

    @Override
    public void onSynced(long position) {
        Entry entry;
        while ((entry = unsynced.peek()) != null && entry.position < position) {
            unsynced.poll();
            accepted(entry, Durability.SYNCED);
        }
    }

    /** They stay in the log and are drained; who hears this and publishes again publishes twice. */
    @Override
    public void onSyncFailed(long fromPosition, long toPosition, IOException cause) {
        Entry entry;
        while ((entry = unsynced.peek()) != null && entry.position < toPosition) {
            unsynced.poll();
            Entry failed = entry;
            answer(
                    failed,
                    () -> failed.callback.refused(
                            failed.context,
                            new Refusal(ReasonCode.STORAGE_FAILED, "the spool cannot flush: " + cause.getMessage())));
        }
    }

    /** Writes what was appended, and ends. The log's close syncs it. */
    void close() {
        synchronized (this) {
            closed = true;
            queue.add(Entry.END);
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
