package io.signalbox.log;

import java.util.Arrays;
import java.util.List;

/**
 * The index of a segment that is still written to, or was just sealed. Guarded by itself: the appender adds once per
 * batch, readers copy out; nobody does I/O while holding it.
 *
 * <p>Postings are one array of offsets, each with the index of the key's previous posting, and an open-addressing table
 * from key to its newest posting.
 */
final class ActiveIndex implements SegmentIndex {
    private int[] sparseOffsets = new int[64];
    private long[] sparseSequences = new long[64];
    private long[] sparseTimes = new long[64];
    private int sparseCount;

    private int[] postingOffsets = new int[1024];
    private int[] postingPrevious = new int[1024];
    private int postingCount;

    private long[] tableKeys = new long[256];
    private int[] tableNewest = new int[256];
    private int[] tableCounts = new int[256];
    private int keyCount;

    private long records;
    private long firstSequence = -1;
    private long maxSequence = Long.MIN_VALUE;
    private long minTime = Long.MAX_VALUE;
    private long maxTime = Long.MIN_VALUE;
    private int unfinishedOffset = -1;

    /** Where a commit begins that did not end in this segment, or -1. */
    synchronized int unfinishedOffset() {
        return unfinishedOffset;
    }

    synchronized long records() {
        return records;
    }

    /** Called before the records of a batch are added. */
    synchronized void beginBatch(int offset, boolean continues) {
        if (!continues) {
            unfinishedOffset = -1;
        } else if (unfinishedOffset < 0) {
            unfinishedOffset = offset;
        }
        if (sparseCount > 0 && offset - sparseOffsets[sparseCount - 1] < SPARSE_BYTES) {
            return;
        }
        if (sparseCount == sparseOffsets.length) {
            sparseOffsets = Arrays.copyOf(sparseOffsets, sparseCount * 2);
            sparseSequences = Arrays.copyOf(sparseSequences, sparseCount * 2);
            sparseTimes = Arrays.copyOf(sparseTimes, sparseCount * 2);
        }
        sparseOffsets[sparseCount] = offset;
        sparseSequences[sparseCount] = maxSequence;
        sparseTimes[sparseCount] = maxTime;
        sparseCount++;
    }

    synchronized void add(int offset, long key, long sequence, long timeMillis) {
        if (records++ == 0) {
            firstSequence = sequence;
        }
        maxSequence = Math.max(maxSequence, sequence);
        minTime = Math.min(minTime, timeMillis);
        maxTime = Math.max(maxTime, timeMillis);
        if (key != 0) {
            addPosting(key, offset);
        }
    }

    private void addPosting(long key, int offset) {
        if (postingCount == postingOffsets.length) {
            postingOffsets = Arrays.copyOf(postingOffsets, postingCount * 2);
            postingPrevious = Arrays.copyOf(postingPrevious, postingCount * 2);
        }
        int slot = slot(tableKeys, key);
        if (tableKeys[slot] == 0) {
            if (keyCount * 2 >= tableKeys.length) {
                growTable();
                slot = slot(tableKeys, key);
            }
            tableKeys[slot] = key;
            tableNewest[slot] = -1;
            keyCount++;
        }
        postingOffsets[postingCount] = offset;
        postingPrevious[postingCount] = tableNewest[slot];
        tableNewest[slot] = postingCount++;
        tableCounts[slot]++;
    }

    private static int slot(long[] keys, long key) {
        int mask = keys.length - 1;
        long mixed = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void growTable() {
        long[] oldKeys = tableKeys;
        int[] oldNewest = tableNewest;
        int[] oldCounts = tableCounts;
        tableKeys = new long[oldKeys.length * 2];
        tableNewest = new int[oldKeys.length * 2];
        tableCounts = new int[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(tableKeys, oldKeys[i]);
                tableKeys[slot] = oldKeys[i];
                tableNewest[slot] = oldNewest[i];
                tableCounts[slot] = oldCounts[i];
            }
        }
    }

    @Override
    public synchronized int batchAtOrBefore(int offset) {
        return sparseCount == 0
                ? Layout.SEGMENT_HEADER
                : sparseOffsets[SegmentIndex.entryAtOrBefore(sparseOffsets, sparseCount, offset)];
    }

    @Override
    public synchronized int batchBeforeSequence(long sequence) {
        return sparseCount == 0
                ? Layout.SEGMENT_HEADER
                : sparseOffsets[SegmentIndex.entryBelow(sparseSequences, sparseCount, sequence)];
    }

    @Override
    public synchronized int batchBeforeTime(long timeMillis) {
        return sparseCount == 0
                ? Layout.SEGMENT_HEADER
                : sparseOffsets[SegmentIndex.entryBelow(sparseTimes, sparseCount, timeMillis)];
    }

    @Override
    public synchronized int[] postings(long key, int limit) {
        int slot = slot(tableKeys, key);
        if (key == 0 || tableKeys[slot] == 0) {
            return new int[0];
        }
        int count = Math.min(limit, tableCounts[slot]);
        int[] offsets = new int[count];
        int posting = tableNewest[slot];
        for (int i = count - 1; i >= 0; i--) {
            offsets[i] = postingOffsets[posting];
            posting = postingPrevious[posting];
        }
        return offsets;
    }

    synchronized Summary summary(long base, long epoch, long end, List<Gap> gaps) {
        return new Summary(
                base, epoch, end, records, firstSequence, maxSequence, minTime, maxTime, unfinishedOffset, gaps);
    }

    /** The same content in the form that is kept: keys sorted, the offsets of each key together. */
    synchronized SealedIndex seal() {
        long[] keys = new long[keyCount];
        int n = 0;
        for (long key : tableKeys) {
            if (key != 0) {
                keys[n++] = key;
            }
        }
        Arrays.sort(keys);
        int[] starts = new int[keyCount + 1];
        int[] offsets = new int[postingCount];
        int at = 0;
        for (int i = 0; i < keyCount; i++) {
            starts[i] = at;
            int slot = slot(tableKeys, keys[i]);
            at += tableCounts[slot];
            int posting = tableNewest[slot];
            for (int j = at - 1; j >= starts[i]; j--) {
                offsets[j] = postingOffsets[posting];
                posting = postingPrevious[posting];
            }
        }
        starts[keyCount] = at;
        return new SealedIndex(
                Arrays.copyOf(sparseOffsets, sparseCount),
                Arrays.copyOf(sparseSequences, sparseCount),
                Arrays.copyOf(sparseTimes, sparseCount),
                keys,
                starts,
                offsets);
    }
}
