package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sealed segment's index on disk. It exists only once the segment itself is on disk, so a valid index vouches for its
 * segment. Anything wrong with it makes it absent; it is made again from the segment.
 *
 * <pre>
 *  0        8    12   16          16+s   20+s 24+s 28+s
 *  +--------+----+----+-----------+------+----+----+------------+
 *  |magic   |s   |crc | summary   | b    |crc | 0  | body       |
 *  +--------+----+----+-----------+------+----+----+------------+
 *  summary: base, epoch, end, records, first and max sequence, min and max time (8 each), unfinished offset,
 *           number of gaps (4 each), gaps (from 8, to 8, reason's length 4, reason)
 *  body:    counts of sparse entries, keys, postings (4 each), then the arrays of {@link SealedIndex} in order
 * </pre>
 */
final class IndexFile {
    private static final long MAGIC = 0x5369676e616c4931L;
    private static final int PREFIX = 16;
    private static final int BODY_PREFIX = 12;
    private static final int GAPS_MAX = 10_000;

    private IndexFile() {}

    static void write(FileStore store, Summary summary, SealedIndex index) throws IOException {
        ByteBuffer summaryBytes = encode(summary);
        ByteBuffer bodyBytes = encode(index);
        ByteBuffer all = ByteBuffer.allocate(PREFIX + summaryBytes.remaining() + BODY_PREFIX + bodyBytes.remaining());
        all.putLong(MAGIC)
                .putInt(summaryBytes.remaining())
                .putInt(crc(summaryBytes))
                .put(summaryBytes);
        all.putInt(bodyBytes.remaining())
                .putInt(crc(bodyBytes))
                .putInt(0)
                .put(bodyBytes)
                .flip();
        String name = FileNames.index(summary.base());
        String temporary = name + FileNames.TEMPORARY;
        store.delete(temporary);
        try (StoredFile file = store.create(temporary)) {
            file.write(all, 0);
            file.force(true);
        }
        store.rename(temporary, name);
    }

    /** Null if there is no valid one. */
    static @Nullable Summary readSummary(FileStore store, long base) {
        try (StoredFile file = store.openReadOnly(FileNames.index(base))) {
            ByteBuffer bytes = read(file, 0, 1024);
            int length = summaryLength(bytes, file.size());
            if (length < 0) {
                return null;
            }
            if (PREFIX + length > bytes.limit()) {
                bytes = read(file, 0, PREFIX + length);
            }
            ByteBuffer summary = bytes.slice(PREFIX, length);
            return crc(summary) == bytes.getInt(12) ? decodeSummary(summary) : null;
        } catch (IOException | RuntimeException absent) {
            return null; // No, cut or damaged file: all the same to the caller.
        }
    }

    /** Null if there is no valid one. */
    static @Nullable SealedIndex readIndex(FileStore store, long base, long epoch) {
        try (StoredFile file = store.openReadOnly(FileNames.index(base))) {
            long size = file.size();
            ByteBuffer bytes = read(file, 0, (int) Math.min(size, Integer.MAX_VALUE - 16));
            int length = summaryLength(bytes, size);
            if (length < 0) {
                return null;
            }
            ByteBuffer summary = bytes.slice(PREFIX, length);
            if (crc(summary) != bytes.getInt(12) || summary.getLong(0) != base || summary.getLong(8) != epoch) {
                return null;
            }
            int at = PREFIX + length;
            int bodyLength = bytes.getInt(at);
            if (bodyLength < 12 || bodyLength != bytes.limit() - at - BODY_PREFIX) {
                return null;
            }
            ByteBuffer body = bytes.slice(at + BODY_PREFIX, bodyLength);
            return crc(body) == bytes.getInt(at + 4) ? decodeIndex(body) : null;
        } catch (IOException | RuntimeException absent) {
            return null;
        }
    }

    private static int summaryLength(ByteBuffer bytes, long size) {
        if (bytes.limit() < PREFIX || bytes.getLong(0) != MAGIC) {
            return -1;
        }
        int length = bytes.getInt(8);
        return length >= 72 && length <= size - PREFIX - BODY_PREFIX ? length : -1;
    }

    private static ByteBuffer encode(Summary summary) {
        List<byte[]> reasons = new ArrayList<>();
        int size = 72;
        List<Gap> gaps =
                summary.gaps().subList(0, Math.min(GAPS_MAX, summary.gaps().size()));
        for (Gap gap : gaps) {
            byte[] reason = gap.reason().getBytes(StandardCharsets.UTF_8);
            reasons.add(reason);
            size += 20 + reason.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putLong(summary.base()).putLong(summary.epoch()).putLong(summary.end());
        bytes.putLong(summary.records()).putLong(summary.firstSequence()).putLong(summary.maxSequence());
        bytes.putLong(summary.minTime()).putLong(summary.maxTime());
        bytes.putInt(summary.unfinishedOffset()).putInt(gaps.size());
        for (int i = 0; i < gaps.size(); i++) {
            bytes.putLong(gaps.get(i).fromPosition()).putLong(gaps.get(i).toPosition());
            bytes.putInt(reasons.get(i).length).put(reasons.get(i));
        }
        return bytes.flip();
    }

    private static Summary decodeSummary(ByteBuffer bytes) {
        long base = bytes.getLong();
        long epoch = bytes.getLong();
        long end = bytes.getLong();
        long records = bytes.getLong();
        long firstSequence = bytes.getLong();
        long maxSequence = bytes.getLong();
        long minTime = bytes.getLong();
        long maxTime = bytes.getLong();
        int unfinished = bytes.getInt();
        int count = bytes.getInt();
        List<Gap> gaps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long from = bytes.getLong();
            long to = bytes.getLong();
            byte[] reason = new byte[Math.min(bytes.getInt(), bytes.remaining())];
            bytes.get(reason);
            gaps.add(new Gap(from, to, new String(reason, StandardCharsets.UTF_8)));
        }
        return new Summary(base, epoch, end, records, firstSequence, maxSequence, minTime, maxTime, unfinished, gaps);
    }

    private static ByteBuffer encode(SealedIndex index) {
        int sparse = index.sparseOffsets().length;
        int keys = index.keys().length;
        ByteBuffer bytes =
                ByteBuffer.allocate(12 + sparse * 20 + keys * 8 + (keys + 1) * 4 + index.offsets().length * 4);
        bytes.putInt(sparse).putInt(keys).putInt(index.offsets().length);
        put(bytes, index.sparseOffsets());
        put(bytes, index.sparseSequences());
        put(bytes, index.sparseTimes());
        put(bytes, index.keys());
        put(bytes, index.starts());
        put(bytes, index.offsets());
        return bytes.flip();
    }

    private static @Nullable SealedIndex decodeIndex(ByteBuffer bytes) {
        int sparse = bytes.getInt();
        int keys = bytes.getInt();
        int postings = bytes.getInt();
        if (sparse < 0
                || keys < 0
                || postings < 0
                || 20L * sparse + 12L * keys + 4 + 4L * postings != bytes.remaining()) {
            return null;
        }
        return new SealedIndex(
                ints(bytes, sparse),
                longs(bytes, sparse),
                longs(bytes, sparse),
                longs(bytes, keys),
                ints(bytes, keys + 1),
                ints(bytes, postings));
    }

    private static void put(ByteBuffer bytes, int[] values) {
        bytes.asIntBuffer().put(values);
        bytes.position(bytes.position() + values.length * 4);
    }

    private static void put(ByteBuffer bytes, long[] values) {
        bytes.asLongBuffer().put(values);
        bytes.position(bytes.position() + values.length * 8);
    }

    private static int[] ints(ByteBuffer bytes, int count) {
        int[] values = new int[count];
        bytes.asIntBuffer().get(values);
        bytes.position(bytes.position() + count * 4);
        return values;
    }

    private static long[] longs(ByteBuffer bytes, int count) {
        long[] values = new long[count];
        bytes.asLongBuffer().get(values);
        bytes.position(bytes.position() + count * 8);
        return values;
    }

    private static ByteBuffer read(StoredFile file, long offset, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, file.size()));
        file.read(bytes, offset);
        return bytes.flip();
    }

    private static int crc(ByteBuffer bytes) {
        return Layout.crc(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.arrayOffset() + bytes.limit());
    }
}
