package io.signalbox.log;

import io.signalbox.log.store.StoredFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One segment file in use. Each changing field names the thread that writes it; all may be read by all.
 */
final class Segment {
    final String name;
    final long base;
    final int capacity;
    final long epoch;
    final StoredFile file;

    /** Position after the last committed byte. Owner: the appender; final once sealed. */
    volatile long end;

    /** Whether the next segment exists. Owner: the appender. */
    volatile boolean sealed;

    /** No batch begins here any more: a write failed, or the header is damaged. Owner: the appender. */
    volatile boolean closedForWrites;

    /** A force failed: nothing more in here can become synced. Owner: the sync thread. */
    volatile boolean condemned;

    /** How often a force of the folder had failed before the file got its name. Owner: the appender, at creation. */
    int folderFailures;

    /** Whether the file's name is durable. Owner: the sync thread. */
    volatile boolean directoryForced;

    /** Whether everything is on disk, so that an index may vouch for it. Owner: the sync thread. */
    volatile boolean synced;

    /** Whether retention took it; its file may be another segment by now. Owner: housekeeping. */
    volatile boolean removed;

    /** Present until the index file is written. Set at creation, cleared by housekeeping. */
    volatile @Nullable ActiveIndex activeIndex;

    /** Present once sealed and indexed. Owner: housekeeping. */
    volatile @Nullable Summary summary;

    /** Unreadable ranges found at open. */
    volatile List<Gap> gaps = List.of();

    Segment(String name, long base, int capacity, long epoch, StoredFile file, long end) {
        this.name = name;
        this.base = base;
        this.capacity = capacity;
        this.epoch = epoch;
        this.file = file;
        this.end = end;
    }

    /** What is known without reading the file. */
    Summary currentSummary() {
        Summary known = summary;
        if (known != null) {
            return known;
        }
        ActiveIndex index = activeIndex;
        if (index != null) {
            return index.summary(base, epoch, end, gaps);
        }
        Summary late = summary; // Housekeeping sets the summary before it drops the index.
        if (late == null) {
            throw new IllegalStateException("segment " + name + " has neither index nor summary");
        }
        return late;
    }
}
