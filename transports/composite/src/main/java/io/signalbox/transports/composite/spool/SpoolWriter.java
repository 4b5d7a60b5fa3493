package io.signalbox.transports.composite.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.log.Appender;
import io.signalbox.log.Log;
import io.signalbox.log.LogHealth;
import io.signalbox.log.LogWriteException;
import io.signalbox.log.SyncListener;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The one thread that appends to the spool, in batches; the log's sync thread tells the publishers. */
final class SpoolWriter implements SyncListener {
    private static final int QUEUE_MAX = 20_000;
    private static final int BATCH_MAX = 1_000;
    private static final int BATCH_BYTES_MAX = 8 << 20;

    private final Log log;
    private final Appender appender;
    private final boolean waitForSync;
    private final TimeSource time;
    private final AtomicLong pending;
    private final ArrayBlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final ConcurrentLinkedQueue<Entry> unsynced = new ConcurrentLinkedQueue<>();
    private final Thread thread;

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

    /** Counts it as pending from here on. */
    void append(Message message, PublishCallback callback, long context) {
        pending.incrementAndGet();
        if (!queue.offer(new Entry(message, callback, context))) {
            pending.decrementAndGet();
            callback.refused(
                    context, new Refusal(ReasonCode.BUSY, "the spool's queue holds " + QUEUE_MAX + " messages"));
        }
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
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<Entry> taken) {
        List<Entry> batch = new ArrayList<>();
        int bytes = 0;
        for (Entry entry : taken) {
            byte[] record = SpoolRecord.encode(Objects.requireNonNull(entry.message));
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
            batch.forEach(entry -> entry.callback.published(entry.context, Outcome.ROUTED, Durability.BUFFERED, 0));
        }
    }

    private void refuse(Entry entry, ReasonCode reason, String detail) {
        pending.decrementAndGet();
        entry.callback.refused(entry.context, new Refusal(reason, detail));
    }

    @Override
    public void onSynced(long position) {
        Entry entry;
        while ((entry = unsynced.peek()) != null && entry.position < position) {
            unsynced.poll();
            entry.callback.published(entry.context, Outcome.ROUTED, Durability.SYNCED, 0);
        }
    }

    /** They stay in the log and are drained; who hears this and publishes again publishes twice. */
    @Override
    public void onSyncFailed(long fromPosition, long toPosition, IOException cause) {
        Entry entry;
        while ((entry = unsynced.peek()) != null && entry.position < toPosition) {
            unsynced.poll();
            entry.callback.refused(
                    entry.context,
                    new Refusal(ReasonCode.STORAGE_FAILED, "the spool cannot flush: " + cause.getMessage()));
        }
    }

    /** Writes what was appended, and ends. The log's close syncs it. */
    void close() {
        try {
            queue.put(Entry.END);
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
