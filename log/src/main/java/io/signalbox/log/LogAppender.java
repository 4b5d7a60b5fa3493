package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Builds a batch in memory exactly as it will lie in the log, so that a record's position is its index in the buffer
 * plus the batch's start, even across segments: a segment's base is the end of the one before.
 *
 * <p>A batch that does not fit its segment goes on in the next as a further part; all parts but the last say so, and
 * recovery takes back parts whose last is missing.
 */
final class LogAppender implements Appender {
    private static final int BUFFER_MIN = 256 * 1024;

    private final LogConfig config;
    private final FileStore store;
    private final SegmentList segments;
    private final Spares spares;
    private final Syncer syncer;
    private final HealthBoard health;
    private final Counters counters;
    private final Runnable afterRoll;
    private final CRC32C crc = new CRC32C();
    private final SplittableRandom epochs;
    private final List<String> orphans = new ArrayList<>();

    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_MIN);
    private ByteBuffer checked = buffer.duplicate();
    private int size;
    private long start;
    private long planLimit;
    private long planEpoch;

    // One entry per part of the pending batch.
    private int parts;
    private int[] partStart = new int[4];
    private int[] partCount = new int[4];
    private int[] partCapacity = new int[4]; // 0: goes into the active segment
    private long[] partEpoch = new long[4];

    private long refusedUntilNanos;
    private boolean refusing;
    private String refusal = "";
    private volatile long committedEnd;
    private volatile boolean closed;

    LogAppender(
            LogConfig config,
            FileStore store,
            SegmentList segments,
            long end,
            Spares spares,
            Syncer syncer,
            HealthBoard health,
            Counters counters,
            Runnable afterRoll,
            long epochSeed) {
        this.config = config;
        this.store = store;
        this.segments = segments;
        this.committedEnd = end;
        this.spares = spares;
        this.syncer = syncer;
        this.health = health;
        this.counters = counters;
        this.afterRoll = afterRoll;
        this.epochs = new SplittableRandom(epochSeed);
    }

    long committedEnd() {
        return committedEnd;
    }

    @Override
    public long append(int type, long key, long sequence, long timeMillis, byte[] buf, int off, int len) {
        if ((type & ~0xff) != 0) {
            throw new IllegalArgumentException("record type is " + type + "; it must be 0 to 255");
        }
        if (len > config.recordBytesMax()) {
            throw new IllegalArgumentException("record of " + len + " bytes is over recordBytesMax of "
                    + config.recordBytesMax() + "; send less, or raise the limit");
        }
        if ((off | len | off + len | buf.length - (off + len)) < 0) {
            throw new IndexOutOfBoundsException("offset " + off + ", length " + len + " of " + buf.length + " bytes");
        }
        int need = Layout.RECORD_HEADER + len;
        if (parts > 0 && (long) size + need > config.batchBytesMax() + 65536L) {
            throw new IllegalStateException("the batch holds " + size + " bytes and would be over batchBytesMax of "
                    + config.batchBytesMax() + "; commit first");
        }
        if (parts == 0) {
            begin(need);
        } else if (start + size + need > planLimit) {
            planSegment(need);
        }
        ensure(size + need);
        int at = size;
        buffer.putInt(at, need);
        buffer.putInt(at + Layout.RECORD_EPOCH_AT, (int) planEpoch);
        buffer.putInt(at + Layout.RECORD_TYPE_AT, type << 24);
        buffer.putLong(at + Layout.RECORD_KEY_AT, key);
        buffer.putLong(at + Layout.RECORD_SEQUENCE_AT, sequence);
        buffer.putLong(at + Layout.RECORD_TIME_AT, timeMillis);
        buffer.put(at + Layout.RECORD_HEADER, buf, off, len);
        buffer.putInt(at + Layout.RECORD_CRC_AT, crc(at + Layout.CRC_FROM, at + need));
        size += need;
        partCount[parts - 1]++;
        return start + at;
    }

    private void begin(int need) {
        buffer.clear(); // The last commit left a limit behind.
        start = committedEnd;
        size = 0;
        Segment active = active();
        if (active == null || active.closedForWrites || active.condemned) {
            planSegment(need);
            return;
        }
        planLimit = active.base + active.capacity;
        if (start + Layout.BATCH_HEADER + need > planLimit) {
            planSegment(need);
            return;
        }
        planEpoch = active.epoch;
        addPart(0);
        size = Layout.BATCH_HEADER;
    }

    private void planSegment(int need) {
        int capacity = Math.max(config.segmentBytes(), Layout.SEGMENT_HEADER + Layout.BATCH_HEADER + need);
        planEpoch = epochs.nextLong();
        planLimit = start + size + capacity;
        addPart(capacity);
        size += Layout.SEGMENT_HEADER + Layout.BATCH_HEADER;
        ensure(size);
    }

    private void addPart(int capacity) {
        if (parts == partStart.length) {
            partStart = Arrays.copyOf(partStart, parts * 2);
            partCount = Arrays.copyOf(partCount, parts * 2);
            partCapacity = Arrays.copyOf(partCapacity, parts * 2);
            partEpoch = Arrays.copyOf(partEpoch, parts * 2);
        }
        partStart[parts] = size;
        partCount[parts] = 0;
        partCapacity[parts] = capacity;
        partEpoch[parts] = planEpoch;
        parts++;
    }

    private void ensure(int wanted) {
        if (wanted <= buffer.capacity()) {
            return;
        }
        int capacity = Math.max(wanted, (int) Math.min(Integer.MAX_VALUE - 16, buffer.capacity() * 2L));
        ByteBuffer grown = ByteBuffer.allocateDirect(capacity);
        buffer.clear().limit(size);
        grown.put(buffer).clear();
        buffer = grown;
        checked = grown.duplicate();
    }

    private int crc(int from, int to) {
        crc.reset();
        checked.clear().limit(to).position(from);
        crc.update(checked);
        return (int) crc.getValue();
    }

    private @Nullable Segment active() {
        Segment[] all = segments.array();
        return all.length == 0 ? null : all[all.length - 1];
    }

    @Override
    public long end() {
        return parts == 0 ? committedEnd : start + size;
    }

    @Override
    public void discard() {
        parts = 0;
        size = 0;
    }

    @Override
    public void requestSync() {
        syncer.request();
    }

    @Override
    public void commit() throws LogWriteException {
        if (parts == 0) {
            return;
        }
        if (closed) {
            discard();
            throw new LogWriteException(LogWriteException.Kind.IO, "the log is closed; open it again to write");
        }
        Segment active = active();
        Spare[] taken = parts == 1 && partCapacity[0] == 0 ? NO_SPARES : new Spare[parts];
        int renamed = 0;
        boolean activeWritten = false;
        try {
            removeOrphans();
            for (int i = 0; i < parts; i++) {
                if (partCapacity[i] != 0) {
                    taken[i] = take(partCapacity[i]);
                }
            }
            for (int i = 0; i < parts; i++) {
                int to = i + 1 < parts ? partStart[i + 1] : size;
                if (partCapacity[i] == 0) {
                    putBatchHeader(partStart[i], to, i);
                    buffer.clear().limit(to).position(partStart[i]);
                    activeWritten = true;
                    activeFile(active).write(buffer, start - activeBase(active));
                } else {
                    new SegmentHeader(
                                    start + partStart[i],
                                    partCapacity[i],
                                    partEpoch[i],
                                    config.clock().millis(),
                                    taken[i].recycled())
                            .put(buffer, partStart[i]);
                    putBatchHeader(partStart[i] + Layout.SEGMENT_HEADER, to, i);
                    buffer.clear().limit(to).position(partStart[i]);
                    taken[i].file().write(buffer, 0);
                }
            }
            for (int i = 0; i < parts; i++) {
                if (partCapacity[i] != 0) {
                    store.rename(taken[i].name(), FileNames.segment(start + partStart[i]));
                    renamed = i + 1;
                }
            }
        } catch (IOException e) {
            throw undo(e, active, activeWritten, taken, renamed);
        }
        publish(active, taken);
        counters.commits.incrementAndGet();
    }

    private static final Spare[] NO_SPARES = {};

    private static StoredFile activeFile(@Nullable Segment active) {
        return Objects.requireNonNull(active).file;
    }

    private static long activeBase(@Nullable Segment active) {
        return Objects.requireNonNull(active).base;
    }

    private void putBatchHeader(int at, int to, int part) {
        buffer.putInt(at, Layout.BATCH_MAGIC);
        buffer.putInt(at + Layout.BATCH_LENGTH_AT, to - at);
        buffer.putInt(at + Layout.BATCH_COUNT_AT, partCount[part]);
        buffer.putLong(at + Layout.BATCH_POSITION_AT, start + at);
        buffer.putLong(at + Layout.BATCH_EPOCH_AT, partEpoch[part]);
        buffer.putLong(at + Layout.BATCH_SYNCED_AT, syncer.syncedPosition());
        buffer.putInt(at + Layout.BATCH_FLAGS_AT, part + 1 < parts ? Layout.BATCH_CONTINUES : 0);
        buffer.putInt(at + Layout.BATCH_FLAGS_AT + 4, 0);
        buffer.putInt(at + Layout.BATCH_CRC_AT, crc(at + Layout.CRC_FROM, to));
    }

    private Spare take(int capacity) throws IOException {
        if (capacity == config.segmentBytes()) {
            Spare ready = spares.poll();
            if (ready != null) {
                return ready;
            }
        }
        if (refusing && System.nanoTime() - refusedUntilNanos < 0) {
            throw new IOException(refusal + " (tried a moment ago)");
        }
        try {
            Spare made = spares.create(capacity);
            refusing = false;
            return made;
        } catch (IOException e) {
            refusing = true;
            refusal = String.valueOf(e.getMessage());
            refusedUntilNanos = System.nanoTime() + config.probeInterval().toNanos();
            throw e;
        }
    }

    private void removeOrphans() throws IOException {
        while (!orphans.isEmpty()) {
            store.delete(orphans.getLast());
            orphans.removeLast();
            syncer.directoryDirty();
        }
    }

    private void publish(@Nullable Segment before, Spare[] taken) {
        Segment active = before;
        for (int i = 0; i < parts; i++) {
            int to = i + 1 < parts ? partStart[i + 1] : size;
            int batchAt = partStart[i];
            if (partCapacity[i] != 0) {
                long base = start + partStart[i];
                Segment next = new Segment(
                        FileNames.segment(base), base, partCapacity[i], partEpoch[i], taken[i].file(), base);
                next.activeIndex = new ActiveIndex();
                next.end = start + to;
                segments.add(next);
                if (active != null) {
                    active.sealed = true;
                }
                active = next;
                batchAt += Layout.SEGMENT_HEADER;
            }
            Segment target = Objects.requireNonNull(active);
            target.end = start + to;
            index(target, batchAt, to, i + 1 < parts);
        }
        committedEnd = start + size;
        parts = 0;
        size = 0;
        if (taken != NO_SPARES) {
            syncer.request();
            afterRoll.run();
        }
    }

    private void index(Segment segment, int batchAt, int to, boolean continues) {
        ActiveIndex index = Objects.requireNonNull(segment.activeIndex);
        int shift = (int) (start - segment.base);
        synchronized (index) {
            index.beginBatch(batchAt + shift, continues);
            int at = batchAt + Layout.BATCH_HEADER;
            while (at < to) {
                index.add(
                        at + shift,
                        buffer.getLong(at + Layout.RECORD_KEY_AT),
                        buffer.getLong(at + Layout.RECORD_SEQUENCE_AT),
                        buffer.getLong(at + Layout.RECORD_TIME_AT));
                at += buffer.getInt(at);
            }
        }
    }

    /** Takes back what a failed commit left behind, as far as the disk lets us; what it does not is tried again. */
    private LogWriteException undo(
            IOException cause, @Nullable Segment active, boolean activeWritten, Spare[] taken, int renamed) {
        counters.commitFailures.incrementAndGet();
        LogWriteException.Kind kind = health.failed("writing a batch", cause);
        if (activeWritten && active != null) {
            if (kind == LogWriteException.Kind.IO) {
                active.closedForWrites = true;
            }
            try {
                // So that a crash before the next commit does not bring the batch back.
                active.file.write(ByteBuffer.allocate(Layout.BATCH_HEADER), start - active.base);
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
        for (int i = 0; i < taken.length; i++) {
            Spare spare = taken[i];
            if (spare == null) {
                continue;
            }
            String name = i < renamed ? FileNames.segment(start + partStart[i]) : spare.name();
            try {
                if (i >= renamed && kind == LogWriteException.Kind.FULL) {
                    spares.giveBack(new Spare(name, spare.file(), spare.capacity(), true));
                    continue;
                }
                if (i < renamed) {
                    syncer.directoryDirty();
                }
                spare.file().close();
                store.delete(name);
            } catch (IOException e) {
                cause.addSuppressed(e);
                if (i < renamed) {
                    orphans.add(name);
                }
            }
        }
        discard();
        return new LogWriteException(
                kind,
                (kind == LogWriteException.Kind.FULL ? "no space for the batch: " : "the batch could not be written: ")
                        + cause.getMessage()
                        + "; nothing of it was kept, and writing is tried again with the next batch",
                cause);
    }

    /** Any thread; a commit that is running ends first only if its owner is done. */
    void close() {
        closed = true;
    }
}
