package io.signalbox.transports.archive;

import io.signalbox.transport.Durability;
import java.nio.file.Path;
import java.time.Duration;

/**
 * @param directory the archive's own folder
 * @param flushInterval the longest a message waits in memory
 * @param flushMessages so many messages are written without waiting longer
 * @param fileBytes a file that has reached it is closed and the next begun
 * @param filesMax the oldest file beyond it is deleted
 * @param acknowledge ROUTED: at once, a crash loses what waits; BUFFERED: once it is written; SYNCED: once it is on disk
 * @param compress closed files are compressed with zstd; needs {@code com.github.luben:zstd-jni} on the class path
 */
public record ArchiveConfig(
        Path directory,
        Duration flushInterval,
        int flushMessages,
        long fileBytes,
        int filesMax,
        Durability acknowledge,
        boolean compress) {

    public ArchiveConfig {
        if (flushInterval.isNegative() || flushInterval.isZero() || flushMessages < 1) {
            throw new IllegalArgumentException(
                    "flushInterval " + flushInterval + " and flushMessages " + flushMessages + " must be above zero");
        }
        if (fileBytes < 1 || filesMax < 2) {
            throw new IllegalArgumentException("fileBytes " + fileBytes + " must be at least 1, filesMax " + filesMax
                    + " at least 2: the one that is written to, and one before it");
        }
        if (acknowledge == Durability.NONE || acknowledge == Durability.REPLICATED) {
            throw new IllegalArgumentException(
                    "an archive acknowledges ROUTED, BUFFERED or SYNCED, not " + acknowledge);
        }
    }

    /** A second or 100 messages, 100 files of 10 MB, acknowledged once written, not compressed. */
    public static ArchiveConfig in(Path directory) {
        return new ArchiveConfig(directory, Duration.ofSeconds(1), 100, 10_000_000, 100, Durability.BUFFERED, false);
    }

    public ArchiveConfig withFlush(Duration interval, int messages) {
        return new ArchiveConfig(directory, interval, messages, fileBytes, filesMax, acknowledge, compress);
    }

    public ArchiveConfig withFiles(long bytes, int max) {
        return new ArchiveConfig(directory, flushInterval, flushMessages, bytes, max, acknowledge, compress);
    }

    public ArchiveConfig withAcknowledge(Durability value) {
        return new ArchiveConfig(directory, flushInterval, flushMessages, fileBytes, filesMax, value, compress);
    }

    public ArchiveConfig withCompress(boolean value) {
        return new ArchiveConfig(directory, flushInterval, flushMessages, fileBytes, filesMax, acknowledge, value);
    }
}
