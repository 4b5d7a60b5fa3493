package io.signalbox.benchmarks.load;

/**
 * What one subscriber has received of each of its streams. A stream is what one publisher sends to one topic, the unit
 * for which MQTT promises order (MQTT 5, 4.6), numbered from 0 without gaps.
 *
 * <p>Of each stream it keeps the next number, how many below it have not come, and the last 64 as bits. A message older
 * than that is counted as late while any is missing, and as a duplicate otherwise.
 */
final class StreamTracker {
    enum Verdict {
        IN_ORDER,
        /** Came after a later one of its stream. */
        LATE,
        DUPLICATE
    }

    private static final int REMEMBERED = 64;

    private final long[] seen;
    private final int[] next;
    private final int[] missing;

    StreamTracker(int streams) {
        seen = new long[streams];
        next = new int[streams];
        missing = new int[streams];
    }

    int streams() {
        return next.length;
    }

    Verdict onMessage(int stream, int sequence) {
        int gap = sequence - next[stream];
        if (gap >= 0) {
            missing[stream] += gap;
            seen[stream] = gap >= REMEMBERED - 1 ? 1 : seen[stream] << (gap + 1) | 1;
            next[stream] = sequence + 1;
            return Verdict.IN_ORDER;
        }
        int back = -1 - gap;
        boolean remembered = back < REMEMBERED;
        if (remembered ? (seen[stream] >>> back & 1) != 0 : missing[stream] == 0) {
            return Verdict.DUPLICATE;
        }
        if (remembered) {
            seen[stream] |= 1L << back;
        }
        if (missing[stream] > 0) {
            missing[stream]--;
        }
        return Verdict.LATE;
    }
}
