package io.signalbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Reads, scans and look-ups; any thread. */
final class LogReader {
    /** Bytes of the first read for a record of unknown length; most records need no second. */
    private static final int READ_AHEAD = 2048;

    /** A recycled file shows other bytes, which is no damage. */
    private static final String REMOVED = "the segment was removed by retention";

    private final SegmentList segments;
    private final IndexCache indexes;
    private final LongSupplier end;
    private final Counters counters;
    private final int recordBytesMax;

    LogReader(SegmentList segments, IndexCache indexes, LongSupplier end, Counters counters, int recordBytesMax) {
        this.segments = segments;
        this.indexes = indexes;
        this.end = end;
        this.counters = counters;
        this.recordBytesMax = recordBytesMax;
    }

    LogRecord read(long position) throws IOException {
        Segment[] all = segments.array();
        int i = SegmentList.indexOf(all, position);
        if (i < 0) {
            throw new RecordNotFoundException(
                    position, all.length == 0 ? "the log is empty" : "the log begins at " + all[0].base);
        }
        Segment segment = all[i];
        long available = segment.end - position;
        if (position - segment.base < Layout.SEGMENT_HEADER + Layout.BATCH_HEADER || available < Layout.RECORD_HEADER) {
            throw new RecordNotFoundException(position, "the log ends at " + end.getAsLong());
        }
        try {
            return read(segment, position, available);
        } catch (IOException e) {
            if (segment.removed) {
                throw new RecordNotFoundException(position, "its segment was removed");
            }
            throw e;
        }
    }

    private LogRecord read(Segment segment, long position, long available) throws IOException {
        byte[] bytes = new byte[(int) Math.min(available, READ_AHEAD)];
        int offset = (int) (position - segment.base);
        int read = segment.file.read(ByteBuffer.wrap(bytes), offset);
        if (read < Layout.RECORD_HEADER) {
            throw new CorruptRecordException(position, "the file ends inside its header");
        }
        int length = Layout.getInt(bytes, 0);
        if (length < Layout.RECORD_HEADER
                || length > available
                || length - Layout.RECORD_HEADER > Math.max(recordBytesMax, segment.capacity)) {
            throw new CorruptRecordException(position, "its length " + length + " is not possible");
        }
        if (Layout.getInt(bytes, Layout.RECORD_EPOCH_AT) != (int) segment.epoch) {
            throw new CorruptRecordException(position, "it is of another epoch");
        }
        if (length > read) {
            bytes = Arrays.copyOf(bytes, length);
            read += segment.file.read(ByteBuffer.wrap(bytes, read, length - read), (long) offset + read);
            if (read < length) {
                throw new CorruptRecordException(position, "the file ends inside it");
            }
        }
        if (Layout.crc(bytes, Layout.CRC_FROM, length) != Layout.getInt(bytes, Layout.RECORD_CRC_AT)) {
            throw new CorruptRecordException(position, "its checksum does not match");
        }
        return new LogRecord().wrap(bytes, 0, position);
    }

    long scan(long from, long to, RecordVisitor visitor) throws IOException {
        long limit = Math.min(to, end.getAsLong());
        long position = from;
        Segment[] all = segments.array();
        for (int i = Math.max(0, SegmentList.indexOf(all, from)); i < all.length && position < limit; i++) {
            Segment segment = all[i];
            if (segment.base >= limit) {
                break;
            }
            SegmentVisit visit = new SegmentVisit(segment, Math.max(position, segment.base), limit, visitor);
            try {
                visit.run();
            } catch (IOException e) {
                if (!segment.removed) {
                    throw e;
                }
                visit.gap(Math.max(visit.next, segment.base), segment.end, REMOVED);
            }
            if (visit.stopped) {
                return visit.next;
            }
            position = Math.max(position, Math.min(limit, segment.end));
        }
        return Math.max(from, limit);
    }

    /** One scan's way through one segment. */
    private final class SegmentVisit implements SegmentWalker.Sink {
        private final Segment segment;
        private final long from;
        private final long to;
        private final RecordVisitor visitor;
        private final LogRecord view = new LogRecord();
        private long next;
        private boolean stopped;

        SegmentVisit(Segment segment, long from, long to, RecordVisitor visitor) {
            this.segment = segment;
            this.from = from;
            this.to = to;
            this.visitor = visitor;
            this.next = from;
        }

        void run() throws IOException {
            long segmentEnd = segment.end;
            int offset = Layout.SEGMENT_HEADER;
            if (from - segment.base > Layout.SEGMENT_HEADER + Layout.BATCH_HEADER) {
                offset = indexes.of(segment).batchAtOrBefore((int) (from - segment.base));
            }
            SegmentWalker walker = new SegmentWalker(segment.file, segment.base, segment.epoch);
            int limit = (int) (segmentEnd - segment.base);
            int walked = walker.walk(offset, limit, this);
            if (!walker.stopped() && walked < limit) {
                String reason = walker.tailReason();
                gap(segment.base + walked, segmentEnd, reason == null ? "no batch fits here" : reason);
            }
        }

        @Override
        public boolean onBatch(byte[] bytes, int at, int length, int offset) {
            long batch = segment.base + offset;
            if (batch >= to) {
                return false;
            }
            if (batch + length <= from) {
                return true;
            }
            int record = at + Layout.BATCH_HEADER;
            int batchEnd = at + length;
            while (record < batchEnd) {
                long position = batch + record - at;
                if (position >= to) {
                    return false;
                }
                if (position >= from) {
                    view.wrap(bytes, record, position);
                    next = view.nextPosition();
                    if (!visitor.onRecord(view)) {
                        stopped = true;
                        return false;
                    }
                }
                record += Layout.getInt(bytes, record);
            }
            return true;
        }

        @Override
        public void onGap(int fromOffset, int toOffset, String reason) {
            gap(segment.base + fromOffset, segment.base + toOffset, reason);
        }

        void gap(long gapFrom, long gapTo, String reason) {
            long clippedFrom = Math.max(gapFrom, from);
            long clippedTo = Math.min(gapTo, to);
            if (clippedFrom < clippedTo) {
                counters.gapsSeen.incrementAndGet();
                visitor.onGap(clippedFrom, clippedTo, segment.removed ? REMOVED : reason);
            }
        }
    }

    long positionAtTime(long epochMillis) throws IOException {
        for (Segment segment : segments.array()) {
            Summary summary = segment.currentSummary();
            if (summary.records() > 0 && summary.maxTime() >= epochMillis) {
                long found =
                        first(segment, index -> index.batchBeforeTime(epochMillis), r -> r.timeMillis() >= epochMillis);
                if (found >= 0) {
                    return found;
                }
            }
        }
        return end.getAsLong();
    }

    long positionAtSequence(long sequence) throws IOException {
        for (Segment segment : segments.array()) {
            Summary summary = segment.currentSummary();
            if (summary.records() > 0 && summary.maxSequence() >= sequence) {
                long found =
                        first(segment, index -> index.batchBeforeSequence(sequence), r -> r.sequence() >= sequence);
                if (found >= 0) {
                    return found;
                }
            }
        }
        return end.getAsLong();
    }

    private long first(Segment segment, ToIntFunction<SegmentIndex> start, Predicate<LogRecord> wanted)
            throws IOException {
        int offset;
        try {
            offset = start.applyAsInt(indexes.of(segment));
        } catch (IOException e) {
            if (segment.removed) {
                return -1;
            }
            throw e;
        }
        long[] found = {-1};
        scan(segment.base + offset, segment.end, record -> {
            if (wanted.test(record)) {
                found[0] = record.position();
                return false;
            }
            return true;
        });
        return found[0];
    }

    private int[] postings(Segment segment, long key, int limit) throws IOException {
        try {
            return indexes.of(segment).postings(key, limit);
        } catch (IOException e) {
            if (segment.removed) {
                return new int[0];
            }
            throw e;
        }
    }

    long[] newest(long key, long before, int limit) throws IOException {
        long[] positions = new long[Math.min(Math.max(limit, 0), 16)];
        int count = 0;
        Segment[] all = segments.array();
        for (int i = all.length - 1; i >= 0 && count < limit; i--) {
            long base = all[i].base;
            if (base >= before) {
                continue;
            }
            // Of the segment where it begins, all: how many of its last ones are too new is not known before.
            boolean mayBeTooNew = i == all.length - 1 ? before < Long.MAX_VALUE : before < all[i + 1].base;
            int[] offsets = postings(all[i], key, mayBeTooNew ? Integer.MAX_VALUE : limit - count);
            int to = offsets.length;
            while (to > 0 && base + offsets[to - 1] >= before) {
                to--;
            }
            int from = Math.max(0, to - (limit - count));
            if (count + to - from > positions.length) {
                positions = Arrays.copyOf(positions, Math.max(count + to - from, positions.length * 2));
            }
            for (int j = to - 1; j >= from; j--) {
                positions[count++] = base + offsets[j];
            }
        }
        return Arrays.copyOf(positions, count);
    }

    void forEachPosition(long key, long from, long to, LongPredicate visitor) throws IOException {
        Segment[] all = segments.array();
        for (int i = Math.max(0, SegmentList.indexOf(all, from)); i < all.length && all[i].base < to; i++) {
            for (int offset : postings(all[i], key, Integer.MAX_VALUE)) {
                long position = all[i].base + offset;
                if (position >= to || (position >= from && !visitor.test(position))) {
                    return;
                }
            }
        }
    }
}
