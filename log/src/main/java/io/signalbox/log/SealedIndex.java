package io.signalbox.log;

import java.util.Arrays;

/**
 * The immutable index of a sealed segment.
 *
 * @param sparseOffsets ascending; the other two sparse arrays run beside it
 * @param keys ascending
 * @param starts where a key's offsets begin in {@code offsets}; one more entry than keys
 * @param offsets ascending per key
 */
@SuppressWarnings("ArrayRecordComponent") // Held by the cache alone, never compared.
record SealedIndex(
        int[] sparseOffsets, long[] sparseSequences, long[] sparseTimes, long[] keys, int[] starts, int[] offsets)
        implements SegmentIndex {

    long bytes() {
        return 200L + sparseOffsets.length * 20L + keys.length * 12L + offsets.length * 4L;
    }

    @Override
    public int batchAtOrBefore(int offset) {
        return sparseOffsets.length == 0
                ? Layout.SEGMENT_HEADER
                : sparseOffsets[SegmentIndex.entryAtOrBefore(sparseOffsets, sparseOffsets.length, offset)];
    }

    @Override
    public int batchBeforeSequence(long sequence) {
        return sparseOffsets.length == 0
                ? Layout.SEGMENT_HEADER
                : sparseOffsets[SegmentIndex.entryBelow(sparseSequences, sparseOffsets.length, sequence)];
    }

    @Override
    public int batchBeforeTime(long timeMillis) {
        return sparseOffsets.length == 0
                ? Layout.SEGMENT_HEADER
                : sparseOffsets[SegmentIndex.entryBelow(sparseTimes, sparseOffsets.length, timeMillis)];
    }

    @Override
    public int[] postings(long key, int limit) {
        int i = Arrays.binarySearch(keys, key);
        if (key == 0 || i < 0) {
            return new int[0];
        }
        return Arrays.copyOfRange(offsets, Math.max(starts[i], starts[i + 1] - limit), starts[i + 1]);
    }
}
