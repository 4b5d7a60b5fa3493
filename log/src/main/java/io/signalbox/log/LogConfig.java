package io.signalbox.log;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a log is laid out, bounded and looked after.
 *
 * @param directory the log's own folder; created with mode 0700
 * @param segmentBytes the size of a segment file, 4 KiB to 1 GiB; a record that does not fit gets a larger one
 * @param segmentsMax retention removes the oldest segment above this count
 * @param bytesMax retention removes the oldest segment above this sum of file sizes
 * @param ageMax retention removes a segment whose newest record is older; {@link Duration#ZERO} is no limit
 * @param recordBytesMax the largest payload, at most 512 MiB
 * @param batchBytesMax the most that may be appended between two commits
 * @param retentionIgnoresFloor whether retention may remove what {@link Log#setFloor} still asks for
 * @param sparesMax prepared segment files kept ready, at least 1
 * @param indexCacheBytes memory for the loaded indexes of sealed segments
 * @param probeInterval how often housekeeping runs, and how soon a full or failing disk is tried again
 * @param verifyOnOpen whether every sealed segment is read and checked at open, not just those without a valid index
 * @param clock the time that {@code ageMax} is measured against
 */
public record LogConfig(
        Path directory,
        int segmentBytes,
        int segmentsMax,
        long bytesMax,
        Duration ageMax,
        int recordBytesMax,
        int batchBytesMax,
        boolean retentionIgnoresFloor,
        int sparesMax,
        long indexCacheBytes,
        Duration probeInterval,
        boolean verifyOnOpen,
        InstantSource clock) {

    private static final int MIB = 1024 * 1024;

    public LogConfig {
        check("segmentBytes", segmentBytes, 4096, 1 << 30);
        check("segmentsMax", segmentsMax, 2, Integer.MAX_VALUE);
        check("bytesMax", bytesMax, 8192, Long.MAX_VALUE);
        check("recordBytesMax", recordBytesMax, 1, 512 * MIB);
        check("batchBytesMax", batchBytesMax, recordBytesMax, 1 << 30);
        check("sparesMax", sparesMax, 1, 64);
        check("indexCacheBytes", indexCacheBytes, 0, Long.MAX_VALUE);
        if (ageMax.isNegative()) {
            throw new IllegalArgumentException("ageMax is " + ageMax + "; use zero for no limit, or a positive time");
        }
        if (probeInterval.isNegative() || probeInterval.isZero()) {
            throw new IllegalArgumentException("probeInterval is " + probeInterval + "; it must be above zero");
        }
    }

    public static LogConfig defaults(Path directory) {
        return new LogConfig(
                directory,
                10 * MIB,
                100,
                1000L * MIB,
                Duration.ZERO,
                16 * MIB,
                64 * MIB,
                false,
                2,
                64L * MIB,
                Duration.ofSeconds(1),
                false,
                InstantSource.system());
    }

    private static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + min + " to " + max);
        }
    }

    public LogConfig withDirectory(Path value) {
        return new LogConfig(
                value,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    /** Also scales {@code bytesMax} while that is still the product of segment size and count. */
    public LogConfig withSegmentBytes(int value) {
        return new LogConfig(
                directory,
                value,
                segmentsMax,
                scaledBytesMax(value, segmentsMax),
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    /** Also scales {@code bytesMax} while that is still the product of segment size and count. */
    public LogConfig withSegmentsMax(int value) {
        return new LogConfig(
                directory,
                segmentBytes,
                value,
                scaledBytesMax(segmentBytes, value),
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    private long scaledBytesMax(int newSegmentBytes, int newSegmentsMax) {
        return bytesMax == (long) segmentBytes * segmentsMax ? (long) newSegmentBytes * newSegmentsMax : bytesMax;
    }

    public LogConfig withBytesMax(long value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                value,
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    public LogConfig withAgeMax(Duration value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                value,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    /** Also raises {@code batchBytesMax} to hold at least one such record. */
    public LogConfig withRecordBytesMax(int value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                value,
                Math.max(batchBytesMax, value),
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    public LogConfig withBatchBytesMax(int value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                recordBytesMax,
                value,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    public LogConfig withRetentionIgnoresFloor(boolean value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                recordBytesMax,
                batchBytesMax,
                value,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    public LogConfig withSparesMax(int value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                value,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    public LogConfig withIndexCacheBytes(long value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                value,
                probeInterval,
                verifyOnOpen,
                clock);
    }

    public LogConfig withProbeInterval(Duration value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                value,
                verifyOnOpen,
                clock);
    }

    public LogConfig withVerifyOnOpen(boolean value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                value,
                clock);
    }

    public LogConfig withClock(InstantSource value) {
        return new LogConfig(
                directory,
                segmentBytes,
                segmentsMax,
                bytesMax,
                ageMax,
                recordBytesMax,
                batchBytesMax,
                retentionIgnoresFloor,
                sparesMax,
                indexCacheBytes,
                probeInterval,
                verifyOnOpen,
                value);
    }
}
