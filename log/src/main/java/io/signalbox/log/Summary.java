package io.signalbox.log;

import java.util.List;

/**
 * What is known of a segment without reading it.
 *
 * @param end the position after its last byte that counts
 * @param maxSequence {@link Long#MIN_VALUE} without records
 * @param maxTime {@link Long#MIN_VALUE} without records
 * @param unfinishedOffset where a commit begins that goes on in the next segment, or -1
 */
record Summary(
        long base,
        long epoch,
        long end,
        long records,
        long firstSequence,
        long maxSequence,
        long minTime,
        long maxTime,
        int unfinishedOffset,
        List<Gap> gaps) {
    Summary {
        gaps = List.copyOf(gaps);
    }
}
