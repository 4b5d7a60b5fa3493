package io.signalbox.log;

/**
 * Figures of one log at one moment.
 *
 * @param bytesOnDisk segment files alone, at their full size
 * @param gapsSeen damaged ranges met by scans and at open since the log was opened
 */
public record LogStats(
        int segments,
        int spares,
        long bytesOnDisk,
        long startPosition,
        long endPosition,
        long syncedPosition,
        long floor,
        long records,
        long commits,
        long syncs,
        long commitFailures,
        long syncFailures,
        long segmentsRemoved,
        long segmentsRecycled,
        long gapsSeen,
        long indexCacheBytes) {}
