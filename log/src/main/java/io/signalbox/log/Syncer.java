package io.signalbox.log;

import java.io.IOException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sync thread: group commit. While one force runs, further requests set one flag and so gather into the next.
 *
 * <p>A failed force is never repeated on the same file: after a failure the system may have dropped the pages and call
 * the next force a success. The same holds for the folder: a segment whose name a failed force was to save is given up.
 */
final class Syncer {
    private static final Logger LOGGER = LoggerFactory.getLogger(Log.class);

    private static final long RETRY_NANOS = 100_000_000;

    private final Folder folder;
    private final SegmentList segments;
    private final LongSupplier committedEnd;
    private final HealthBoard health;
    private final Counters counters;
    private final Runnable afterWhole;
    private final CopyOnWriteArrayList<SyncListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean requested;
    private volatile boolean directoryDirty;
    private volatile boolean closed;
    private volatile long syncedPosition;

    Syncer(
            Folder folder,
            SegmentList segments,
            LongSupplier committedEnd,
            long syncedPosition,
            HealthBoard health,
            Counters counters,
            Runnable afterWhole) {
        this.folder = folder;
        this.segments = segments;
        this.committedEnd = committedEnd;
        this.syncedPosition = syncedPosition;
        this.health = health;
        this.counters = counters;
        this.afterWhole = afterWhole;
        this.thread = Thread.ofPlatform().name("signalbox-log-sync").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void listen(SyncListener listener) {
        listeners.add(listener);
    }

    long syncedPosition() {
        return syncedPosition;
    }

    void request() {
        if (!requested) {
            requested = true;
            LockSupport.unpark(thread);
        }
    }

    /** A name was created and taken back: the next sync forces the folder too. */
    void directoryDirty() {
        directoryDirty = true;
    }

    private void run() {
        while (true) {
            boolean last = closed;
            if (requested || last) {
                requested = false;
                attemptSync();
            }
            if (last) {
                return;
            }
            if (!requested && !closed) {
                LockSupport.park(this);
            }
        }
    }

    /** Whatever goes wrong on the way, publishers must not wait for a thread that is gone. */
    private void attemptSync() {
        try {
            syncTo(committedEnd.getAsLong());
        } catch (RuntimeException | Error e) {
            LOGGER.error("syncing broke off at position {} and is tried again", syncedPosition, e);
            requested = true;
            LockSupport.parkNanos(this, RETRY_NANOS);
        }
    }

    private void syncTo(long target) {
        if (target <= syncedPosition) {
            return;
        }
        Segment[] all = segments.array();
        long progress = syncedPosition;
        boolean whole = false;
        for (int i = 0; i < all.length; i++) {
            Segment segment = all[i];
            long from = Math.max(progress, segment.base);
            boolean sealed = segment.sealed; // Read before end, which no longer changes after it.
            long to = Math.min(target, segment.end);
            if (to <= from) {
                if (!segment.synced && sealed && !segment.condemned && segment.end <= progress) {
                    segment.synced = true;
                    whole = true;
                }
                continue;
            }
            IOException cause = force(segment);
            if (cause == null) {
                segment.synced = sealed && to == segment.end;
                whole |= segment.synced;
                progress = to;
                continue;
            }
            long failedFrom = Math.max(syncedPosition, commitStart(all, i, from));
            if (failedFrom > syncedPosition) {
                announceSynced(failedFrom);
            }
            progress = to;
            announceFailed(failedFrom, to, cause); // First, so that nobody who asks meanwhile takes it for synced.
            syncedPosition = to;
        }
        if (progress > syncedPosition) {
            announceSynced(progress);
        }
        if (whole) {
            afterWhole.run();
        }
    }

    /** Where the commit begins that goes on at the start of this segment: without its last part it counts for nothing. */
    private static long commitStart(Segment[] all, int index, long from) {
        long start = from;
        for (int i = index - 1; i >= 0 && start == all[i + 1].base; i--) {
            int unfinished = all[i].currentSummary().unfinishedOffset();
            if (unfinished < 0) {
                break;
            }
            start = all[i].base + (unfinished == Layout.SEGMENT_HEADER ? 0 : unfinished);
        }
        return start;
    }

    private void announceFailed(long from, long to, IOException cause) {
        for (SyncListener listener : listeners) {
            try {
                listener.onSyncFailed(from, to, cause);
            } catch (RuntimeException e) {
                LOGGER.error("a sync listener failed at position {}; the others are told all the same", from, e);
            }
        }
    }

    private void announceSynced(long position) {
        syncedPosition = position;
        for (SyncListener listener : listeners) {
            try {
                listener.onSynced(position);
            } catch (RuntimeException e) {
                LOGGER.error("a sync listener failed at position {}; the others are told all the same", position, e);
            }
        }
    }

    private @Nullable IOException force(Segment segment) {
        if (segment.condemned) {
            return new IOException("an earlier sync of segment " + segment.name + " failed");
        }
        try {
            segment.file.force(false);
            if (!segment.directoryForced || directoryDirty) {
                directoryDirty = false;
                folder.force();
                if (!segment.directoryForced && segment.folderFailures != folder.failures()) {
                    throw new IOException("an earlier sync of the folder failed, and with it the name " + segment.name);
                }
                segment.directoryForced = true;
            }
            counters.syncs.incrementAndGet();
            return null;
        } catch (IOException e) {
            segment.condemned = true;
            directoryDirty = true;
            counters.syncFailures.incrementAndGet();
            health.failed("syncing segment " + segment.name, e);
            return e;
        }
    }

    /** Syncs what is committed and ends the thread. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
