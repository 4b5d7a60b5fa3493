package io.signalbox.log;

import io.signalbox.log.store.DiskFileStore;
import io.signalbox.log.store.FileStore;
import io.signalbox.log.store.StoreLock;
import io.signalbox.log.store.StoreLockedException;
import io.signalbox.log.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only log in a folder of its own. One thread appends; any thread reads. A position is a byte address that
 * only ever grows; a record keeps its position for as long as it exists.
 *
 * <p>Three threads: the caller's journal thread owns the {@link Appender}; the sync thread forces; the housekeeping
 * thread prepares segments, writes indexes, removes old segments and probes a failing disk.
 */
public final class Log implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Log.class);
    private static final String FORMAT_PREFIX = "signalbox-log ";

    private final FileStore store;
    private final StoreLock lock;
    private final RecoveryReport recovery;
    private final SegmentList segments;
    private final Spares spares;
    private final Counters counters = new Counters();
    private final HealthBoard health;
    private final SnapshotFiles snapshots;
    private final IndexCache indexes;
    private final Syncer syncer;
    private final Housekeeper housekeeper;
    private final LogAppender appender;
    private final LogReader reader;
    private boolean closed;

    private Log(LogConfig config, FileStore store, StoreLock lock) throws IOException {
        this.store = store;
        this.lock = lock;
        Folder folder = new Folder(store);
        snapshots = new SnapshotFiles(store, folder); // Before recovery: it opens nothing that would have to be closed.
        Recovery.Result recovered = new Recovery(store, config).run();
        recovery = recovered.report();
        segments = new SegmentList(recovered.segments());
        spares =
                new Spares(store, config.segmentBytes(), config.sparesMax(), recovered.spares(), recovered.nextSpare());
        health = new HealthBoard(store, config.segmentBytes());
        indexes = new IndexCache(store, config.indexCacheBytes());
        housekeeper = new Housekeeper(config, store, folder, segments, spares, indexes, snapshots, health, counters);
        syncer =
                new Syncer(folder, segments, this::endPosition, recovered.end(), health, counters, housekeeper::signal);
        appender = new LogAppender(
                config,
                store,
                folder,
                segments,
                recovered.end(),
                spares,
                syncer,
                health,
                counters,
                housekeeper::signal,
                new SecureRandom().nextLong());
        reader = new LogReader(segments, indexes, this::endPosition, counters, config.recordBytesMax());
        counters.gapsSeen.addAndGet(recovery.damages().size());
        for (Damage damage : recovery.damages()) {
            LOGGER.warn("recovery of {}: {}", store.description(), damage);
        }
    }

    /** Opens the log in the configured folder, creating it if it is absent. */
    public static Log open(LogConfig config) throws IOException {
        return open(config, new DiskFileStore(config.directory()));
    }

    /**
     * Opens the log in a store; the log does not close the store.
     *
     * @throws LogLockedException if the folder is in use
     * @throws LogFormatException if it was written by a newer version; nothing was touched
     * @throws IOException if the disk fails; damaged content is no failure, see {@link #recovery()}
     */
    public static Log open(LogConfig config, FileStore store) throws IOException {
        store.prepare(checkFormat(store));
        StoreLock lock;
        try {
            lock = store.lock(FileNames.LOCK);
        } catch (StoreLockedException e) {
            throw new LogLockedException("log " + e.getMessage(), e.holder(), e);
        }
        try {
            if (!checkFormat(store)) {
                writeFormat(store);
            }
            Log log = new Log(config, store, lock);
            log.syncer.start();
            log.housekeeper.start();
            return log;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Whether there is a format file; throws if it names a version that is not ours. */
    static boolean checkFormat(FileStore store) throws IOException {
        if (!store.list().contains(FileNames.FORMAT)) {
            return false;
        }
        String text;
        try (StoredFile file = store.openReadOnly(FileNames.FORMAT)) {
            ByteBuffer bytes = ByteBuffer.allocate(64);
            int count = file.read(bytes, 0);
            text = new String(bytes.array(), 0, count, StandardCharsets.US_ASCII).strip();
        }
        if (text.equals(FORMAT_PREFIX + Layout.VERSION)) {
            return true;
        }
        String digits = text.startsWith(FORMAT_PREFIX) ? text.substring(FORMAT_PREFIX.length()) : "";
        if (digits.matches("[0-9]{1,9}") && Integer.parseInt(digits) > Layout.VERSION) {
            throw new LogFormatException("log folder " + store.description() + " has format version " + digits
                    + ", and this program reads up to version " + Layout.VERSION
                    + "; use a newer Signalbox, or another data folder. Nothing was changed.");
        }
        throw new LogFormatException("file FORMAT in log folder " + store.description() + " says '"
                + text.replaceAll("[^ -~]", "?") + "' instead of '" + FORMAT_PREFIX + Layout.VERSION
                + "'; if this is a Signalbox log, write that line into it, otherwise choose another data folder."
                + " Nothing was changed.");
    }

    private static void writeFormat(FileStore store) throws IOException {
        String temporary = FileNames.FORMAT + FileNames.TEMPORARY;
        store.delete(temporary);
        try (StoredFile file = store.create(temporary)) {
            byte[] text = (FORMAT_PREFIX + Layout.VERSION + "\n").getBytes(StandardCharsets.US_ASCII);
            file.write(ByteBuffer.wrap(text), 0);
            file.force(true);
        }
        store.rename(temporary, FileNames.FORMAT);
        store.forceDirectory();
    }

    /** What opening found: every range that was cut or set aside. */
    public RecoveryReport recovery() {
        return recovery;
    }

    /** The one appender; its owner is the first thread that uses it, by agreement. */
    public Appender appender() {
        return appender;
    }

    /** The base of the oldest segment. */
    public long startPosition() {
        Segment[] all = segments.array();
        return all.length == 0 ? endPosition() : all[0].base;
    }

    /** The position after the last committed record. */
    public long endPosition() {
        return appender.committedEnd();
    }

    /** Everything below is on disk, save ranges told to {@link SyncListener#onSyncFailed}. */
    public long syncedPosition() {
        return syncer.syncedPosition();
    }

    /** Adds a listener; it is called on the sync thread. */
    public void onSync(SyncListener listener) {
        syncer.listen(listener);
    }

    /**
     * Reads one committed record; any thread.
     *
     * @throws RecordNotFoundException if no record begins there any more, or yet
     * @throws CorruptRecordException if what begins there is no intact record
     */
    public LogRecord read(long position) throws IOException {
        return reader.read(position);
    }

    /**
     * Shows the committed records in [from, to) in order; any thread. {@code from} need not be a record's position.
     *
     * @return where to go on: after the last record shown if the visitor stopped, else {@code to} or the log's end
     */
    public long scan(long from, long to, RecordVisitor visitor) throws IOException {
        return reader.scan(from, to, visitor);
    }

    /** The first record whose time is at or after this one, or {@link #endPosition()}. */
    public long positionAtTime(long epochMillis) throws IOException {
        return reader.positionAtTime(epochMillis);
    }

    /** The first record whose sequence is at or above this one, or {@link #endPosition()}. */
    public long positionAtSequence(long sequence) throws IOException {
        return reader.positionAtSequence(sequence);
    }

    /** The positions of a key's last records below {@code before}, newest first, at most {@code limit}. */
    public long[] newest(long key, long before, int limit) throws IOException {
        return reader.newest(key, before, limit);
    }

    /** Shows the positions of a key's records in [from, to), ascending, until the visitor returns false. */
    public void forEachPosition(long key, long from, long to, LongPredicate visitor) throws IOException {
        reader.forEachPosition(key, from, to, visitor);
    }

    /**
     * The lowest position that a durable queue still needs; {@link Long#MAX_VALUE} for none. Until the first call it is
     * 0, so that nothing is removed before the caller has read its state.
     */
    public void setFloor(long position) {
        housekeeper.floor(position);
    }

    /** Adds a listener; it is called on the housekeeping thread. */
    public void onSegmentRemoved(SegmentRemovedListener listener) {
        housekeeper.listen(listener);
    }

    public SnapshotStore snapshots() {
        return snapshots;
    }

    public LogHealth health() {
        return health.health();
    }

    public LogStats stats() {
        long bytes = 0;
        long records = 0;
        Segment[] all = segments.array();
        for (Segment segment : all) {
            bytes += segment.capacity;
            records += segment.currentSummary().records();
        }
        return new LogStats(
                all.length,
                spares.count(),
                bytes,
                startPosition(),
                endPosition(),
                syncedPosition(),
                housekeeper.floor(),
                records,
                counters.commits.get(),
                counters.syncs.get(),
                counters.commitFailures.get(),
                counters.syncFailures.get(),
                counters.segmentsRemoved.get(),
                counters.segmentsRecycled.get(),
                counters.gapsSeen.get(),
                indexes.bytes());
    }

    /** Syncs what is committed, drops what is not, and releases the folder. The appender's owner must be done. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        appender.close();
        syncer.close();
        housekeeper.close();
        IOException failure = null;
        try {
            housekeeper.writeIndexes();
        } catch (IOException e) {
            failure = e; // The next open makes them again.
        }
        for (Segment segment : segments.array()) {
            failure = close(segment.file, failure);
        }
        try {
            spares.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        try {
            lock.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null) {
            LOGGER.warn("closing {}: {}", store.description(), failure.toString());
        }
    }

    private static @Nullable IOException close(StoredFile file, @Nullable IOException before) {
        try {
            file.close();
            return before;
        } catch (IOException e) {
            return before == null ? e : before;
        }
    }
}
