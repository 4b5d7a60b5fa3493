package io.signalbox.transports.composite.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.LogRecord;
import io.signalbox.log.RecordVisitor;
import io.signalbox.log.Snapshot;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder: an append-only log and, in its snapshots, how far it was drained. What was drained after the last snapshot
 * is drained again after a crash.
 */
final class Spool implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Spool.class);
    private static final int SEGMENT_BYTES = 10 << 20;

    /** Small enough that a crash repeats little, large enough that the snapshot costs little. */
    private static final int DRAINED_BETWEEN_MARKS = 5_000;

    private final SpoolConfig config;
    private final Log log;
    private final SpoolWriter writer;
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong gaps = new AtomicLong();
    private volatile long cursor;
    private int drainedSinceMark;

    /** A spooled message and where the next one begins. */
    record Spooled(Message message, long nextPosition) {}

    /** Some of them, and where to read on; what lies between and is not here cannot be read. */
    record Page(List<Spooled> messages, long next) {}

    Spool(SpoolConfig config, int payloadBytesMax, TimeSource time) throws IOException {
        this.config = config;
        // Retention is for what was drained: the floor keeps all else, and the quota bounds that.
        log = Log.open(LogConfig.defaults(config.directory())
                .withSegmentBytes(SEGMENT_BYTES)
                .withSegmentsMax(2)
                .withRecordBytesMax((int) Math.min(512L << 20, payloadBytesMax + (1L << 20))));
        Snapshot mark = log.snapshots().latest().orElse(null);
        cursor = Math.max(mark == null ? 0 : mark.position(), log.startPosition());
        log.setFloor(cursor);
        try {
            pending.set(count());
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
        writer = new SpoolWriter(log, config.acknowledge(), time, pending);
        writer.start();
        if (pending.get() > 0) {
            LOGGER.info("{} messages of an earlier outage wait in {}", pending.get(), config.directory());
        }
    }

    /** @throws IOException also if a later program has written some of it, which would be lost here */
    private long count() throws IOException {
        long[] records = {0};
        int[] later = {0};
        log.scan(cursor, log.endPosition(), record -> {
            records[0]++;
            later[0] = SpoolRecord.laterVersion(record.array(), record.offset(), record.length());
            return later[0] == 0;
        });
        if (later[0] != 0) {
            throw new IOException("the spool " + config.directory() + " has messages of version " + later[0]
                    + ", which a later program wrote and this one cannot read: let that one drain it first, or put the"
                    + " folder aside for it");
        }
        return records[0];
    }

    /**
     * The callback hears when it is as durable as configured, on another thread. Any thread; never blocks.
     *
     * @param anyway it has waited, within another bound, for a transport that then refused it
     * @return why not; then the callback hears nothing
     */
    @Nullable
    Refusal append(Message message, PublishCallback callback, long context, boolean anyway) {
        long bytes = log.endPosition() - cursor;
        if (bytes >= config.bytesMax() || pending.get() >= config.messagesMax()) {
            return new Refusal(
                    ReasonCode.QUOTA_EXCEEDED,
                    "the spool " + config.directory() + " holds " + pending.get() + " messages and " + bytes
                            + " bytes; its quota is " + config.messagesMax() + " and " + config.bytesMax());
        }
        return writer.append(message, callback, context, anyway);
    }

    /** By position, not by count: how many messages an unreadable range held nobody knows. */
    boolean isEmpty() {
        return writer.idle() && cursor >= log.endPosition();
    }

    /** Nobody appends meanwhile, and it is empty. */
    void nothingWaits() {
        pending.set(0);
    }

    long pendingCount() {
        return pending.get();
    }

    long pendingBytes() {
        return log.endPosition() - cursor;
    }

    /** Ranges of the spool that could not be read. */
    long gapCount() {
        return gaps.get();
    }

    long cursor() {
        return cursor;
    }

    /** Messages from the position on, at most so many; the drain's thread. */
    Page read(long from, int max) throws IOException {
        List<Spooled> found = new ArrayList<>();
        long end = log.endPosition();
        long[] next = {end};
        if (from >= end) {
            return new Page(found, from);
        }
        log.scan(from, end, new RecordVisitor() {
            @Override
            public boolean onRecord(LogRecord record) {
                Message message = decode(record);
                if (message != null) {
                    found.add(new Spooled(message, record.nextPosition()));
                }
                if (found.size() == max) {
                    next[0] = record.nextPosition();
                }
                return found.size() < max;
            }

            @Override
            public void onGap(long fromPosition, long toPosition, String reason) {
                gaps.incrementAndGet();
                LOGGER.error(
                        "spool {}: bytes {} to {} are lost: {}", config.directory(), fromPosition, toPosition, reason);
            }
        });
        return new Page(found, next[0]);
    }

    private @Nullable Message decode(LogRecord record) {
        try {
            return SpoolRecord.decode(record.copyPayload());
        } catch (IOException | RuntimeException e) {
            gaps.incrementAndGet();
            pending.decrementAndGet();
            LOGGER.error(
                    "spool {}: the record at {} is no message: {}",
                    config.directory(),
                    record.position(),
                    e.toString());
            return null;
        }
    }

    /** The transport has so many more messages, up to this position; the drain's thread. */
    void drained(int count, long upTo) {
        cursor = upTo;
        drainedSinceMark += count;
        pending.addAndGet(-count);
        markIfDue();
    }

    /** Nothing is under way, and nothing that can be read is before this position; the drain's thread. */
    void passed(long position) {
        if (position > cursor) {
            cursor = position;
            drainedSinceMark++;
        }
    }

    /** Writes down how far it is drained, if that is worth it; the drain's thread. */
    void markIfDue() {
        if (drainedSinceMark >= DRAINED_BETWEEN_MARKS || (drainedSinceMark > 0 && isEmpty())) {
            mark();
        }
    }

    private void mark() {
        try {
            // A snapshot must not be ahead of the disk.
            if (drainedSinceMark > 0 && cursor <= log.syncedPosition()) {
                log.snapshots().write(cursor, out -> out.writeLong(cursor));
                log.setFloor(cursor);
                drainedSinceMark = 0;
            }
        } catch (IOException e) {
            LOGGER.warn("spool {}: how far it is drained could not be written: {}", config.directory(), e.toString());
        }
    }

    @Override
    public void close() {
        writer.close();
        try {
            mark();
            log.close();
        } catch (IOException e) {
            LOGGER.warn("closing spool {}: {}", config.directory(), e.toString());
        }
    }
}
