package io.signalbox.broker.replay;

import java.util.Arrays;

/** The newest so many places in the log, ascending, with the sequence of what is there. Not thread safe. */
final class NewestPositions {
    private final int max;
    private long[] positions = new long[16];
    private long[] sequences = new long[16];
    private int first;
    private int size;

    NewestPositions(int max) {
        this.max = max;
    }

    int size() {
        return size;
    }

    /** Of a newer one; the oldest goes when there are too many. */
    void add(long position, long sequence) {
        if (size == max) {
            positions[first] = position;
            sequences[first] = sequence;
            first = (first + 1) % max;
            return;
        }
        if (size == positions.length) {
            int capacity = (int) Math.min(max, size * 2L);
            positions = Arrays.copyOf(positions, capacity);
            sequences = Arrays.copyOf(sequences, capacity);
        }
        positions[size] = position;
        sequences[size] = sequence;
        size++;
    }

    /** Puts older ones before these. There is room for all of them. */
    void prepend(NewestPositions older) {
        positions = joined(older.inOrder(older.positions), inOrder(positions));
        sequences = joined(older.inOrder(older.sequences), inOrder(sequences));
        first = 0;
        size += older.size;
    }

    private static long[] joined(long[] a, long[] b) {
        long[] both = Arrays.copyOf(a, Math.max(1, a.length + b.length));
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private long[] inOrder(long[] values) {
        long[] ordered = new long[size];
        for (int i = 0; i < size; i++) {
            ordered[i] = values[(first + i) % Math.max(1, size)];
        }
        return ordered;
    }

    /** Oldest first. */
    long[] positions() {
        return inOrder(positions);
    }

    /** Those of the positions, oldest first. */
    long[] sequences() {
        return inOrder(sequences);
    }
}
