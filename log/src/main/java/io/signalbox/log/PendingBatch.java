package io.signalbox.log;

import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What was appended since the last commit, in memory exactly as it will lie in the log: a record's position is its
 * index in the buffer plus the batch's start, even across segments, for a segment's base is the end of the one before.
 *
 * <p>A batch that does not fit its segment goes on in the next as a further part; all parts but the last say so, and
 * recovery takes back parts whose last is missing. Owner: the appender's thread. The buffer grows to the largest batch
 * and stays.
 */
final class PendingBatch {
    private static final int BUFFER_MIN = 256 * 1024;

    private final int segmentBytes;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_MIN);
    private ByteBuffer checked = buffer.duplicate();
    private int size;
    private long start;
    private long partLimit;

    private int parts;
    private int[] partStart = new int[4];
    private int[] partCount = new int[4];
    private int[] partCapacity = new int[4]; // 0: the part goes into the segment that is there
    private long[] partEpoch = new long[4];

    PendingBatch(int segmentBytes) {
        this.segmentBytes = segmentBytes;
    }

    boolean isEmpty() {
        return parts == 0;
    }

    int parts() {
        return parts;
    }

    /** Bytes, headers included. */
    int size() {
        return size;
    }

    long end() {
        return start + size;
    }

    boolean startsSegment(int part) {
        return partCapacity[part] != 0;
    }

    /** Of the segment that this part starts. */
    int capacity(int part) {
        return partCapacity[part];
    }

    long epoch(int part) {
        return partEpoch[part];
    }

    /** The position of the part's first byte: its segment's header if it starts one, else its batch's. */
    long position(int part) {
        return start + partStart[part];
    }

    long endPosition(int part) {
        return start + endOf(part);
    }

    boolean continues(int part) {
        return part + 1 < parts;
    }

    private int endOf(int part) {
        return part + 1 < parts ? partStart[part + 1] : size;
    }

    void clear() {
        parts = 0;
        size = 0;
    }

    /** Begins in the segment that is there. */
    void begin(long position, long segmentLimit, long epoch) {
        restart(position);
        partLimit = segmentLimit;
        addPart(0, epoch);
        size = Layout.BATCH_HEADER;
    }

    /** Begins nowhere yet; a segment is started next. */
    void restart(long position) {
        buffer.clear(); // The last commit left a limit behind.
        start = position;
        clear();
    }

    boolean fits(int recordBytes) {
        return start + size + recordBytes <= partLimit;
    }

    /** Goes on in a new segment that has room for at least one record of this size. */
    void startSegment(int recordBytes, long epoch) {
        int capacity = Math.max(segmentBytes, Layout.SEGMENT_HEADER + Layout.BATCH_HEADER + recordBytes);
        partLimit = start + size + capacity;
        addPart(capacity, epoch);
        size += Layout.SEGMENT_HEADER + Layout.BATCH_HEADER;
    }

    private void addPart(int capacity, long epoch) {
        if (parts == partStart.length) {
            partStart = Arrays.copyOf(partStart, parts * 2);
            partCount = Arrays.copyOf(partCount, parts * 2);
            partCapacity = Arrays.copyOf(partCapacity, parts * 2);
            partEpoch = Arrays.copyOf(partEpoch, parts * 2);
        }
        partStart[parts] = size;
        partCount[parts] = 0;
        partCapacity[parts] = capacity;
        partEpoch[parts] = epoch;
        parts++;
    }

    /** Returns the record's position; the caller has made room in the last part. */
    long add(int type, long key, long sequence, long timeMillis, byte[] buf, int off, int len) {
        int recordBytes = Layout.RECORD_HEADER + len;
        int at = size;
        ensure(at + recordBytes);
        buffer.putInt(at, recordBytes);
        buffer.putInt(at + Layout.RECORD_EPOCH_AT, (int) partEpoch[parts - 1]);
        buffer.putInt(at + Layout.RECORD_TYPE_AT, type << 24);
        buffer.putLong(at + Layout.RECORD_KEY_AT, key);
        buffer.putLong(at + Layout.RECORD_SEQUENCE_AT, sequence);
        buffer.putLong(at + Layout.RECORD_TIME_AT, timeMillis);
        buffer.put(at + Layout.RECORD_HEADER, buf, off, len);
        buffer.putInt(at + Layout.RECORD_CRC_AT, crc(at + Layout.CRC_FROM, at + recordBytes));
        size += recordBytes;
        partCount[parts - 1]++;
        return start + at;
    }

    private void ensure(int wanted) {
        if (wanted <= buffer.capacity()) {
            return;
        }
        int capacity = Math.max(wanted, (int) Math.min(Integer.MAX_VALUE - 16, buffer.capacity() * 2L));
        ByteBuffer grown = ByteBuffer.allocateDirect(capacity);
        buffer.clear().limit(Math.min(size, buffer.capacity()));
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

    /** Fills in the headers of a part and writes it with one write. */
    void write(int part, StoredFile file, long segmentBase, boolean recycled, long nowMillis, long syncedPosition)
            throws IOException {
        int from = partStart[part];
        int to = endOf(part);
        if (startsSegment(part)) {
            new SegmentHeader(segmentBase, partCapacity[part], partEpoch[part], nowMillis, recycled).put(buffer, from);
        }
        putBatchHeader(batchStart(part), to, part, syncedPosition);
        buffer.clear().limit(to).position(from);
        file.write(buffer, start + from - segmentBase);
    }

    private int batchStart(int part) {
        return partStart[part] + (startsSegment(part) ? Layout.SEGMENT_HEADER : 0);
    }

    private void putBatchHeader(int at, int to, int part, long syncedPosition) {
        buffer.clear();
        buffer.putInt(at, Layout.BATCH_MAGIC);
        buffer.putInt(at + Layout.BATCH_LENGTH_AT, to - at);
        buffer.putInt(at + Layout.BATCH_COUNT_AT, partCount[part]);
        buffer.putLong(at + Layout.BATCH_POSITION_AT, start + at);
        buffer.putLong(at + Layout.BATCH_EPOCH_AT, partEpoch[part]);
        buffer.putLong(at + Layout.BATCH_SYNCED_AT, syncedPosition);
        buffer.putInt(at + Layout.BATCH_FLAGS_AT, continues(part) ? Layout.BATCH_CONTINUES : 0);
        buffer.putInt(at + Layout.BATCH_FLAGS_AT + 4, 0);
        buffer.putInt(at + Layout.BATCH_CRC_AT, crc(at + Layout.CRC_FROM, to));
    }

    /** Adds a written part to its segment's index. */
    void index(int part, ActiveIndex index, long segmentBase) {
        int shift = (int) (start - segmentBase);
        int batchAt = batchStart(part);
        int to = endOf(part);
        buffer.clear();
        synchronized (index) {
            index.beginBatch(batchAt + shift, continues(part));
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
}
