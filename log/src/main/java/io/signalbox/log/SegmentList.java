package io.signalbox.log;

import java.util.Arrays;
import java.util.List;

/**
 * The segments in order of position. Readers take the array as it is; the appender adds at the end, housekeeping removes
 * at the start.
 */
final class SegmentList {
    private volatile Segment[] segments;

    SegmentList(List<Segment> recovered) {
        segments = recovered.toArray(new Segment[0]);
    }

    /** Not to be written to. */
    Segment[] array() {
        return segments;
    }

    synchronized void add(Segment segment) {
        Segment[] grown = Arrays.copyOf(segments, segments.length + 1);
        grown[segments.length] = segment;
        segments = grown;
    }

    synchronized void removeFirst(Segment segment) {
        if (segments[0] != segment) {
            throw new IllegalStateException("segment " + segment.name + " is not the oldest");
        }
        segments = Arrays.copyOfRange(segments, 1, segments.length);
    }

    /** The index of the segment with the highest base at or below the position, or -1. */
    static int indexOf(Segment[] segments, long position) {
        int low = 0;
        int high = segments.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (segments[middle].base <= position) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
