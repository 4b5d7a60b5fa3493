package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Commits batches: takes prepared files for the segments a batch starts, writes each part, gives the files their names,
 * and only then shows any of it. Until that last step everything can be taken back.
 */
final class LogAppender implements Appender {
    private static final Spare[] NO_SPARES = {};

    /** So that a batch of exactly {@code batchBytesMax} payload bytes is not refused for its headers. */
    private static final long HEADERS_ROOM = 64 * 1024;

    private final LogConfig config;
    private final FileStore store;
    private final Folder folder;
    private final SegmentList segments;
    private final Spares spares;
    private final Syncer syncer;
    private final HealthBoard health;
    private final Counters counters;
    private final Runnable afterRoll;
    private final SplittableRandom epochs;
    private final List<String> orphans = new ArrayList<>();

    private final PendingBatch batch;

    private int folderFailures;
    private long refusedUntilNanos;
    private boolean refusing;
    private String refusal = "";
    private volatile long committedEnd;
    private volatile boolean closed;

    LogAppender(
            LogConfig config,
            FileStore store,
            Folder folder,
            SegmentList segments,
            long end,
            Spares spares,
            Syncer syncer,
            HealthBoard health,
            Counters counters,
            Runnable afterRoll,
            long epochSeed) {
        this.config = config;
        this.store = store;
        this.folder = folder;
        this.segments = segments;
        this.committedEnd = end;
        this.spares = spares;
        this.syncer = syncer;
        this.health = health;
        this.counters = counters;
        this.afterRoll = afterRoll;
        this.batch = new PendingBatch(config.segmentBytes());
        this.epochs = new SplittableRandom(epochSeed);
    }

    long committedEnd() {
        return committedEnd;
    }

    @Override
    public long append(int type, long key, long sequence, long timeMillis, byte[] buf, int off, int len) {
        if ((type & ~0xff) != 0) {
            throw new IllegalArgumentException("record type is " + type + "; it must be 0 to 255");
        }
        if (len > config.recordBytesMax()) {
            throw new IllegalArgumentException("record of " + len + " bytes is over recordBytesMax of "
                    + config.recordBytesMax() + "; send less, or raise the limit");
        }
        if ((off | len | off + len | buf.length - (off + len)) < 0) {
            throw new IndexOutOfBoundsException("offset " + off + ", length " + len + " of " + buf.length + " bytes");
        }
        int recordBytes = Layout.RECORD_HEADER + len;
        if (batch.isEmpty()) {
            begin(recordBytes);
        } else if ((long) batch.size() + recordBytes > config.batchBytesMax() + HEADERS_ROOM) {
            throw new IllegalStateException("the batch holds " + batch.size()
                    + " bytes and would be over batchBytesMax of " + config.batchBytesMax() + "; commit first");
        }
        if (!batch.fits(recordBytes)) {
            batch.startSegment(recordBytes, epochs.nextLong());
        }
        return batch.add(type, key, sequence, timeMillis, buf, off, len);
    }

    private void begin(int recordBytes) {
        Segment active = active();
        long start = committedEnd;
        if (active == null
                || active.closedForWrites
                || active.condemned
                || start + Layout.BATCH_HEADER + recordBytes > active.base + active.capacity) {
            batch.restart(start);
            batch.startSegment(recordBytes, epochs.nextLong());
        } else {
            batch.begin(start, active.base + active.capacity, active.epoch);
        }
    }

    private @Nullable Segment active() {
        Segment[] all = segments.array();
        return all.length == 0 ? null : all[all.length - 1];
    }

    @Override
    public long end() {
        return batch.isEmpty() ? committedEnd : batch.end();
    }

    @Override
    public void discard() {
        batch.clear();
    }

    @Override
    public void requestSync() {
        syncer.request();
    }

    @Override
    public boolean isReadyFor(long bytes) {
        Segment active = active();
        boolean fits = active != null
                && !active.closedForWrites
                && !active.condemned
                && end() + bytes + Layout.BATCH_HEADER <= active.base + active.capacity;
        return fits || spares.count() > 0;
    }

    @Override
    public void commit() throws LogWriteException {
        if (batch.isEmpty()) {
            return;
        }
        if (closed) {
            discard();
            throw new LogWriteException(LogWriteException.Kind.IO, "the log is closed; open it again to write");
        }
        Segment active = active();
        int parts = batch.parts();
        Spare[] taken = parts == 1 && !batch.startsSegment(0) ? NO_SPARES : new Spare[parts];
        int renamed = 0;
        boolean activeWritten = false;
        try {
            removeOrphans();
            for (int i = 0; i < parts; i++) {
                if (batch.startsSegment(i)) {
                    taken[i] = take(batch.capacity(i));
                }
            }
            long nowMillis = taken.length == 0 ? 0 : config.clock().millis();
            long synced = knownSynced(active);
            for (int i = 0; i < parts; i++) {
                if (batch.startsSegment(i)) {
                    Spare spare = taken[i];
                    batch.write(i, spare.file(), batch.position(i), spare.recycled(), nowMillis, synced);
                } else {
                    Segment target = Objects.requireNonNull(active);
                    activeWritten = true;
                    batch.write(i, target.file, target.base, false, nowMillis, synced);
                }
            }
            folderFailures = folder.failures();
            for (int i = 0; i < parts; i++) {
                if (batch.startsSegment(i)) {
                    store.rename(taken[i].name(), FileNames.segment(batch.position(i)));
                    renamed = i + 1;
                }
            }
        } catch (IOException e) {
            throw undo(e, active, activeWritten, taken, renamed);
        }
        publish(active, taken);
        counters.commits.incrementAndGet();
    }

    /** What batches may say of the bytes before them: of a segment that was given up, nothing. */
    private long knownSynced(@Nullable Segment active) {
        long synced = syncer.syncedPosition(); // Read first: it passes a failed range after the segment is condemned.
        return active != null && active.condemned ? 0 : synced;
    }

    private Spare take(int capacity) throws IOException {
        if (capacity == config.segmentBytes()) {
            Spare ready = spares.poll();
            if (ready != null) {
                return ready;
            }
        }
        if (refusing && System.nanoTime() - refusedUntilNanos < 0) {
            throw new IOException(refusal + " (tried a moment ago)");
        }
        try {
            Spare made = spares.create(capacity);
            refusing = false;
            return made;
        } catch (IOException e) {
            refusing = true;
            refusal = String.valueOf(e.getMessage());
            refusedUntilNanos = System.nanoTime() + config.probeInterval().toNanos();
            throw e;
        }
    }

    private void removeOrphans() throws IOException {
        while (!orphans.isEmpty()) {
            store.delete(orphans.getLast());
            orphans.removeLast();
            syncer.directoryDirty();
        }
    }

    private void publish(@Nullable Segment before, Spare[] taken) {
        Segment target = before;
        for (int i = 0; i < batch.parts(); i++) {
            if (batch.startsSegment(i)) {
                Segment next = segment(i, taken[i]);
                segments.add(next);
                if (target != null) {
                    target.sealed = true;
                }
                target = next;
            }
            Segment written = Objects.requireNonNull(target);
            written.end = batch.endPosition(i);
            batch.index(i, Objects.requireNonNull(written.activeIndex), written.base);
        }
        committedEnd = batch.end();
        batch.clear();
        if (taken.length > 0) {
            syncer.request();
            afterRoll.run();
        }
    }

    private Segment segment(int part, Spare spare) {
        long base = batch.position(part);
        Segment segment =
                new Segment(FileNames.segment(base), base, batch.capacity(part), batch.epoch(part), spare.file(), base);
        segment.activeIndex = new ActiveIndex();
        segment.folderFailures = folderFailures;
        return segment;
    }

    /** Takes back what a failed commit left behind, as far as the disk lets us; what it does not is tried again. */
    private LogWriteException undo(
            IOException cause, @Nullable Segment active, boolean activeWritten, Spare[] taken, int renamed) {
        counters.commitFailures.incrementAndGet();
        LogWriteException.Kind kind = health.failed("writing a batch", cause);
        if (activeWritten && active != null) {
            if (kind == LogWriteException.Kind.IO) {
                active.closedForWrites = true;
            }
            try {
                // So that a crash before the next commit does not bring the batch back.
                active.file.write(ByteBuffer.allocate(Layout.BATCH_HEADER), batch.position(0) - active.base);
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
        for (int i = 0; i < taken.length; i++) {
            Spare spare = taken[i];
            if (spare == null) {
                continue;
            }
            String name = i < renamed ? FileNames.segment(batch.position(i)) : spare.name();
            try {
                if (i >= renamed && kind == LogWriteException.Kind.FULL) {
                    spares.giveBack(new Spare(name, spare.file(), spare.capacity(), true));
                    continue;
                }
                spare.file().close();
                store.delete(name);
                if (i < renamed) {
                    syncer.directoryDirty(); // Afterwards: a sync that runs meanwhile forces the name as it was.
                }
            } catch (IOException e) {
                cause.addSuppressed(e);
                if (i < renamed) {
                    orphans.add(name);
                }
            }
        }
        discard();
        return new LogWriteException(
                kind,
                (kind == LogWriteException.Kind.FULL ? "no space for the batch: " : "the batch could not be written: ")
                        + cause.getMessage()
                        + "; nothing of it was kept, and writing is tried again with the next batch",
                cause);
    }

    /** Any thread; a commit that is running ends first only if its owner is done. */
    void close() {
        closed = true;
    }
}
