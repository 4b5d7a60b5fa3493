package io.signalbox.client.spool;

import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.LogRecord;
import io.signalbox.log.RecordVisitor;
import io.signalbox.log.store.FileStore;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A spool on disk: a log of messages and of marks that say how far the server has them. Places are positions in it.
 *
 * <p>A message may be read, and so sent, only when the disk has it: its sequence can then never be given to another one,
 * whatever happens to the machine, and equal keys are the same message.
 */
final class DiskStore implements Store {
    private static final Logger LOGGER = LoggerFactory.getLogger(DiskStore.class);
    private static final int SEGMENT_BYTES = 10 << 20;
    static final int RECORD_BYTES_MAX = 16 << 20;

    private final Path directory;
    private final Log log;
    private final Recovered recovered;

    /** New at each start: a folder may be a copy, or an older state, of another that used the same sequences. */
    private final SpoolId id = SpoolId.random();

    private final DiskWriter writer;
    private final AtomicLong gaps = new AtomicLong();

    /**
     * @param files where the log is
     * @param usedSequence not to be used again
     */
    DiskStore(Path directory, FileStore files, long usedSequence, TimeSource time) throws IOException {
        this.directory = directory;
        DiskFolder unused = new DiskFolder(directory); // Made for its owner alone.
        // Retention is for what is done with: the floor keeps all else, and the quota bounds that.
        log = Log.open(
                LogConfig.defaults(directory.resolve("log"))
                        .withSegmentBytes(SEGMENT_BYTES)
                        .withSegmentsMax(2)
                        .withRecordBytesMax(RECORD_BYTES_MAX),
                files);
        try {
            recovered = Recovered.from(log, usedSequence);
            log.setFloor(recovered.donePosition());
            writer = new DiskWriter(log, id, recovered, time);
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
        if (found().messages() > 0) {
            LOGGER.info("{} messages of an earlier process wait in {}", found().messages(), directory);
        }
    }

    @Override
    public Found found() {
        return recovered.found();
    }

    @Override
    public byte[] encode(Message message) {
        return SpoolRecord.encode(message, id);
    }

    @Override
    public long append(Message message, byte[] encoded, Appended appended) {
        return writer.append(message, encoded, appended);
    }

    @Override
    public long start() {
        return recovered.donePosition();
    }

    @Override
    public boolean hasMore(long from) {
        return from < writer.readable();
    }

    @Override
    public Page read(long from, int max, long bytesMax) throws IOException {
        List<Stored> found = new ArrayList<>();
        long end = writer.readable();
        long[] next = {end};
        log.scan(from, end, new RecordVisitor() {
            private long bytes;

            @Override
            public boolean onRecord(LogRecord record) {
                if (waits(record)) {
                    bytes += record.length();
                    if (!found.isEmpty() && bytes > bytesMax) { // Looked at before it is copied.
                        next[0] = record.position();
                        return false;
                    }
                    Stored stored = stored(record);
                    if (stored != null) {
                        found.add(stored);
                    }
                }
                if (found.size() < max) {
                    return true;
                }
                next[0] = record.nextPosition();
                return false;
            }

            @Override
            public void onGap(long fromPosition, long toPosition, String reason) {
                gaps.incrementAndGet();
                LOGGER.error("spool {}: bytes {} to {} are lost: {}", directory, fromPosition, toPosition, reason);
            }
        });
        return new Page(found, next[0]);
    }

    private boolean waits(LogRecord record) {
        return record.type() == Recovered.MESSAGE
                && record.sequence() > recovered.doneSequence()
                && !recovered.givenUp().has(record.sequence());
    }

    private @Nullable Stored stored(LogRecord record) {
        try {
            Message message = SpoolRecord.decode(record.array(), record.offset(), record.length(), record.sequence());
            return new Stored(record.sequence(), message, record.nextPosition(), record.length());
        } catch (IOException | RuntimeException e) {
            gaps.incrementAndGet();
            LOGGER.error("spool {}: the record at {} is no message: {}", directory, record.position(), e.toString());
            return null;
        }
    }

    @Override
    public void done(long sequence, long next) {
        log.setFloor(next);
        writer.mark(sequence, next);
    }

    @Override
    public void doneBehind(List<Long> sequences) {
        writer.markBehind(sequences);
    }

    @Override
    public long gaps() {
        return gaps.get() + log.recovery().damages().size();
    }

    @Override
    public void onReadable(Runnable listener) {
        writer.onReadable(listener);
    }

    @Override
    public void close() {
        writer.close();
        try {
            log.close();
        } catch (IOException e) {
            LOGGER.warn("closing spool {}: {}", directory, e.toString());
        }
    }
}
