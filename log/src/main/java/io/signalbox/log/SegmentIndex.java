package io.signalbox.log;

/**
 * Where things are in one segment. Offsets are relative to the segment's base. The sparse part has an entry every few
 * KiB, always at the start of a batch; the postings have every record with a key.
 */
sealed interface SegmentIndex permits ActiveIndex, SealedIndex {
    /** The least distance of two sparse entries. */
    int SPARSE_BYTES = 4096;

    /** The offset of a batch at or before this offset. */
    int batchAtOrBefore(int offset);

    /** The offset of a batch before which every sequence is below this one. */
    int batchBeforeSequence(long sequence);

    /** The offset of a batch before which every time is below this one. */
    int batchBeforeTime(long timeMillis);

    /** The offsets of a key's records, ascending; the last {@code limit} of them. */
    int[] postings(long key, int limit);

    /**
     * The last entry whose value is below the target. The values are running maxima of what came before the entry, so
     * the first record that reaches the target is not before that entry, whatever the order of the caller's numbers.
     */
    static int entryBelow(long[] maximaBefore, int count, long target) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (maximaBefore[middle] < target) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    static int entryAtOrBefore(int[] offsets, int count, int target) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (offsets[middle] <= target) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
