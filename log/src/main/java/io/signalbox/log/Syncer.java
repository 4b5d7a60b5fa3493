package io.signalbox.log;

import io.signalbox.log.store.FileStore;
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
 * the next force a success.
 */
final class Syncer {
    private static final Logger LOGGER = LoggerFactory.getLogger(Log.class);

    private final FileStore store;
    private final SegmentList segments;
    private final LongSupplier committedEnd;
    private final HealthBoard health;
    private final Counters counters;
    private final Runnable afterSync;
    private final CopyOnWriteArrayList<SyncListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean requested;
    private volatile boolean directoryDirty;
    private volatile boolean closed;
    private volatile long syncedPosition;

    Syncer(
            FileStore store,
            SegmentList segments,
            LongSupplier committedEnd,
            long syncedPosition,
            HealthBoard health,
            Counters counters,
            Runnable afterSync) {
        this.store = store;
        this.segments = segments;
        this.committedEnd = committedEnd;
        this.syncedPosition = syncedPosition;
        this.health = health;
        this.counters = counters;
        this.afterSync = afterSync;
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
                try {
                    syncTo(committedEnd.getAsLong());
                } catch (RuntimeException e) {
                    LOGGER.error("a sync listener failed; later syncs go on", e);
                }
            }
            if (last) {
                return;
            }
            if (!requested && !closed) {
                LockSupport.park(this);
            }
        }
    }

    private void syncTo(long target) {
        if (target <= syncedPosition) {
            return;
        }
        boolean synced = false;
        for (Segment segment : segments.array()) {
            long from = Math.max(syncedPosition, segment.base);
            boolean sealed = segment.sealed; // Read before end, which no longer changes after it.
            long to = Math.min(target, segment.end);
            if (to <= from) {
                segment.synced |= sealed && !segment.condemned && segment.end <= syncedPosition;
                continue;
            }
            IOException cause = force(segment);
            if (cause == null) {
                synced = true;
                segment.synced = sealed && to == segment.end;
                syncedPosition = to;
            } else {
                if (synced) {
                    announceSynced(from);
                    synced = false;
                }
                syncedPosition = to;
                for (SyncListener listener : listeners) {
                    listener.onSyncFailed(from, to, cause);
                }
            }
        }
        if (synced) {
            announceSynced(syncedPosition);
        }
        afterSync.run();
    }

    private void announceSynced(long position) {
        for (SyncListener listener : listeners) {
            listener.onSynced(position);
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
                store.forceDirectory();
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
