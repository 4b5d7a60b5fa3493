package io.signalbox.transports.archive;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.StoredMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that numbers and writes. It gathers messages until there are enough of them or the oldest has waited
 * long enough, writes them at once, and tells their publishers.
 */
final class ArchiveWriter {
    private static final Logger LOGGER = LoggerFactory.getLogger(ArchiveWriter.class);
    private static final int QUEUE_MAX = 20_000;
    private static final long QUEUE_BYTES_MAX = 64L << 20;
    private static final int BATCH_BYTES_MAX = 8 << 20;

    private final ArchiveConfig config;
    private final TimeSource time;
    private final ActiveFile file;
    private final ArrayBlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread thread;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile Health health = Health.UP;

    /** @param message null: the end, or a mark that hears when all before it is written */
    private record Entry(@Nullable Message message, PublishCallback callback, long context, boolean end) {
        int bytes() {
            return message == null ? 0 : message.sizeBytes();
        }
    }

    ArchiveWriter(ArchiveConfig config, ActiveFile file, TimeSource time) {
        this.config = config;
        this.file = file;
        this.time = time;
        thread = Thread.ofPlatform().daemon().name("archive-writer").start(this::run);
    }

    Health health() {
        return health;
    }

    /** Messages that were acknowledged before they were written, and could not be. */
    long lost() {
        return lost.get();
    }

    /**
     * The callback hears when it is written, or that it could not be.
     *
     * @return why it is not taken; then the callback hears nothing
     */
    @Nullable
    Refusal append(Message message, PublishCallback callback, long context) {
        return offer(new Entry(message, callback, context, false));
    }

    /** Nobody hears of it any more: it was acknowledged. A loss is counted. */
    @Nullable
    Refusal appendAcknowledged(Message message) {
        return append(message, countLosses, 0);
    }

    private final PublishCallback countLosses = new PublishCallback() {
        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {}

        @Override
        public void refused(long context, Refusal refusal) {
            lost.incrementAndGet();
        }
    };

    /** The callback hears when all that was appended before is written. */
    @Nullable
    Refusal flush(PublishCallback callback) {
        return offer(new Entry(null, callback, 0, false));
    }

    private @Nullable Refusal offer(Entry entry) {
        long bytes = queuedBytes.addAndGet(entry.bytes());
        // One message always has room when alone.
        if (bytes > QUEUE_BYTES_MAX && bytes > entry.bytes() || !queue.offer(entry)) {
            queuedBytes.addAndGet(-entry.bytes());
            return new Refusal(
                    ReasonCode.BUSY,
                    queue.size() + " messages of " + (bytes - entry.bytes()) + " bytes wait to be written to "
                            + config.directory() + "; the bounds are " + QUEUE_MAX + " and " + QUEUE_BYTES_MAX);
        }
        return null;
    }

    private void run() {
        boolean end = false;
        try {
            while (!end) {
                List<Entry> batch = gather();
                end = batch.getLast().end();
                write(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }

    /** Ends with the first mark, with as many as are enough, or when the first has waited long enough. */
    private List<Entry> gather() throws InterruptedException {
        List<Entry> batch = new ArrayList<>();
        Entry next = queue.take();
        long until = System.nanoTime() + config.flushInterval().toNanos();
        long bytes = 0;
        while (next != null) {
            batch.add(next);
            Message message = next.message();
            if (message == null) {
                break;
            }
            bytes += message.sizeBytes();
            if (batch.size() >= config.flushMessages() && queue.isEmpty()
                    || batch.size() >= QUEUE_MAX
                    || bytes >= BATCH_BYTES_MAX) {
                break;
            }
            next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return batch;
    }

    private void write(List<Entry> batch) {
        List<Entry> written = new ArrayList<>();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        long sequence = file.nextSequence();
        long now = Math.max(time.millis(), file.lastTimeMillis());
        for (Entry entry : batch) {
            if (entry.message() != null) {
                lines.writeBytes(
                        ArchiveLine.encode(new StoredMessage(sequence + written.size(), now, entry.message())));
                written.add(entry);
            }
        }
        Refusal refusal = written.isEmpty() ? null : tryWrite(lines.toByteArray(), written.size(), now);
        for (int i = 0; i < written.size(); i++) {
            answer(written.get(i), refusal, sequence + i);
        }
        for (Entry mark : batch) {
            if (mark.message() == null) {
                answer(mark, null, 0);
            }
        }
    }

    /** A publisher that throws must not end the thread that others wait for. */
    private void answer(Entry entry, @Nullable Refusal refusal, long sequence) {
        queuedBytes.addAndGet(-entry.bytes());
        try {
            if (refusal == null) {
                entry.callback().published(entry.context(), Outcome.NO_SUBSCRIBERS, config.acknowledge(), sequence);
            } else {
                entry.callback().refused(entry.context(), refusal);
            }
        } catch (RuntimeException e) {
            LOGGER.error("a publisher threw at its answer", e);
        }
    }

    private @Nullable Refusal tryWrite(byte[] lines, int count, long now) {
        try {
            file.write(lines, count, now, config.acknowledge() == Durability.SYNCED);
            health = Health.UP;
            return null;
        } catch (IOException e) {
            String text = Objects.toString(e.getMessage());
            if (health.status() == Health.Status.UP) {
                LOGGER.error("the archive {} cannot be written: {}", config.directory(), text);
            }
            health = new Health(Health.Status.DOWN, "cannot be written: " + text);
            boolean full = text.contains("No space") || text.contains("quota");
            return new Refusal(
                    full ? ReasonCode.STORAGE_FULL : ReasonCode.STORAGE_FAILED, config.directory() + ": " + text);
        }
    }

    /** Writes what was appended before, and ends. */
    void close() {
        try {
            queue.put(new Entry(null, PublishCallback.IGNORE, 0, true));
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
