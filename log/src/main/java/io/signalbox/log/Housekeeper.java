package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The housekeeping thread: prepares spares, writes the indexes of sealed segments, applies retention and, while the log
 * is not healthy, probes whether the disk is back. Wakes when called and at every probe interval.
 */
final class Housekeeper {
    private static final Logger LOGGER = LoggerFactory.getLogger(Log.class);
    private static final int PROBE_BYTES = 4096;

    private final LogConfig config;
    private final FileStore store;
    private final Folder folder;
    private final SegmentList segments;
    private final Spares spares;
    private final IndexCache indexes;
    private final SnapshotFiles snapshots;
    private final HealthBoard health;
    private final Counters counters;
    private final CopyOnWriteArrayList<SegmentRemovedListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean signalled;
    private volatile long floor;

    Housekeeper(
            LogConfig config,
            FileStore store,
            Folder folder,
            SegmentList segments,
            Spares spares,
            IndexCache indexes,
            SnapshotFiles snapshots,
            HealthBoard health,
            Counters counters) {
        this.config = config;
        this.store = store;
        this.folder = folder;
        this.segments = segments;
        this.spares = spares;
        this.indexes = indexes;
        this.snapshots = snapshots;
        this.health = health;
        this.counters = counters;
        this.thread =
                Thread.ofPlatform().name("signalbox-log-housekeeping").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void listen(SegmentRemovedListener listener) {
        listeners.add(listener);
    }

    void floor(long position) {
        floor = position;
        signal();
    }

    long floor() {
        return floor;
    }

    void signal() {
        signalled = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            signalled = false;
            turn();
            if (!signalled && !closed) {
                LockSupport.parkNanos(this, config.probeInterval().toNanos());
            }
        }
    }

    private void turn() {
        // Each by itself: a disk too full for one may do for another.
        attempt("removing old segments", this::applyRetention);
        attempt("preparing a segment", this::fillSpares);
        attempt("writing an index", this::writeIndexes);
        if (!health.health().healthy()) {
            attempt("probing", this::probe);
        }
    }

    private interface Chore {
        void run() throws IOException;
    }

    private void attempt(String doing, Chore chore) {
        try {
            chore.run();
        } catch (IOException e) {
            if (!closed) {
                health.failed(doing, e);
            }
        } catch (RuntimeException | Error e) { // Without this thread no segment is removed any more.
            LOGGER.error("{} in {} failed; housekeeping goes on", doing, store.description(), e);
        }
    }

    private void fillSpares() throws IOException {
        while (!closed && spares.wanted()) {
            spares.addReady(spares.create(config.segmentBytes()));
        }
    }

    /** A small write that goes the whole way to the disk; without a spare at hand, health stays as it is. */
    private void probe() throws IOException {
        if (spares.count() == 0) {
            return;
        }
        store.delete(FileNames.PROBE);
        try (StoredFile file = store.create(FileNames.PROBE)) {
            file.write(ByteBuffer.allocate(PROBE_BYTES), 0);
            file.force(true);
        }
        store.delete(FileNames.PROBE);
        folder.force();
        health.recovered();
    }

    void writeIndexes() throws IOException {
        Segment[] all = segments.array();
        for (int i = 0; i + 1 < all.length; i++) {
            Segment segment = all[i];
            ActiveIndex index = segment.activeIndex;
            if (index == null || !segment.sealed || !segment.synced) {
                continue;
            }
            long end = all[i + 1].base;
            List<Gap> gaps = new ArrayList<>(segment.gaps);
            if (segment.end < end) {
                gaps.add(new Gap(segment.end, end, "never written"));
            }
            Summary summary = index.summary(segment.base, segment.epoch, end, gaps);
            IndexFile.write(store, summary, index.seal());
            segment.summary = summary;
            segment.activeIndex = null;
        }
    }

    private void applyRetention() throws IOException {
        while (true) {
            Segment[] all = segments.array();
            RemovalReason reason = reason(all);
            if (reason == null) {
                return;
            }
            remove(all[0], all[1].base, reason);
        }
    }

    private @Nullable RemovalReason reason(Segment[] all) {
        if (all.length < 2) {
            return null;
        }
        Segment oldest = all[0];
        long needed = Math.min(floor, snapshots.oldestPosition());
        if (!config.retentionIgnoresFloor() && all[1].base > needed) {
            return null;
        }
        if (all.length > config.segmentsMax()) {
            return RemovalReason.SEGMENTS_MAX;
        }
        long bytes = 0;
        for (Segment segment : all) {
            bytes += segment.capacity;
        }
        if (bytes > config.bytesMax()) {
            return RemovalReason.BYTES_MAX;
        }
        boolean old = !config.ageMax().isZero()
                && oldest.currentSummary().maxTime()
                        < config.clock().millis() - config.ageMax().toMillis();
        return old ? RemovalReason.AGE_MAX : null;
    }

    private void remove(Segment segment, long end, RemovalReason reason) throws IOException {
        for (SegmentRemovedListener listener : listeners) {
            try {
                listener.onSegmentRemoved(segment.base, end, reason);
            } catch (RuntimeException e) {
                LOGGER.error("a listener to segment removal failed; the segment goes all the same", e);
            }
        }
        segment.removed = true;
        segments.removeFirst(segment);
        indexes.remove(segment.base);
        counters.segmentsRemoved.incrementAndGet();
        store.delete(FileNames.index(segment.base));
        if (segment.capacity == config.segmentBytes()
                && spares.wanted()
                && !segment.condemned
                && !segment.closedForWrites) {
            recycle(segment);
        } else {
            segment.file.close();
            store.delete(segment.name);
            // Otherwise a power cut may leave a later one gone and an earlier one there, which looks like a loss.
            folder.force();
        }
    }

    private void recycle(Segment segment) throws IOException {
        String name = spares.nextName();
        try {
            store.rename(segment.name, name);
            // The old name must be gone for good before the file gets other content.
            folder.force();
        } catch (IOException e) {
            segment.file.close();
            store.delete(name);
            throw e;
        }
        spares.addReady(new Spare(name, segment.file, segment.capacity, true));
        counters.segmentsRecycled.incrementAndGet();
    }

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
