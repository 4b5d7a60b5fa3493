package io.signalbox.client.spool;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What may wait here until the server has it.
 *
 * @param directory a folder of this client's own, where messages outlive the process; null: in memory, where they do not
 * @param messagesMax quota of messages, 1 to 10,000,000; those the server refused for good count until they are removed
 * @param bytesMax quota of bytes as they are stored
 * @param windowMax messages under way to the server at once, 1 to 65,535; the server's own limit holds too
 * @param retriesMax how often a message is tried again that the server refused for the moment, after 1, 2, 4 ... seconds
 *     (30 at most); then it counts as refused for good, waits for a person, and those behind it pass it. {@link #NO_END}:
 *     until it is taken
 * @param refusedMax messages that were refused for good and are kept; when there are so many, nothing more is sent until
 *     some are removed
 */
public record SpoolConfig(
        @Nullable Path directory, long messagesMax, long bytesMax, int windowMax, int retriesMax, int refusedMax) {
    /** As many retries as it takes: a server that is full or stops says nothing of the message. */
    public static final int NO_END = Integer.MAX_VALUE;

    private static final int DISK_MESSAGES_MAX = 1_000_000;
    private static final long DISK_BYTES_MAX = 1L << 30;
    private static final int MEMORY_MESSAGES_MAX = 10_000;
    private static final long MEMORY_BYTES_MAX = 64L << 20;
    private static final int WINDOW_MAX = 1_000;
    private static final int REFUSED_MAX = 1_000;

    public SpoolConfig {
        range("messagesMax", messagesMax, 1, 10_000_000);
        range("bytesMax", bytesMax, 1, Long.MAX_VALUE);
        range("windowMax", windowMax, 1, 65_535);
        range("retriesMax", retriesMax, 0, Integer.MAX_VALUE);
        range("refusedMax", refusedMax, 1, 1_000_000);
    }

    /** On disk: a million messages, 1 GiB. */
    public static SpoolConfig in(Path directory) {
        return new SpoolConfig(directory, DISK_MESSAGES_MAX, DISK_BYTES_MAX, WINDOW_MAX, NO_END, REFUSED_MAX);
    }

    /** In memory: 10,000 messages, 64 MiB. Outages are survived, the end of the process is not. */
    public static SpoolConfig inMemory() {
        return new SpoolConfig(null, MEMORY_MESSAGES_MAX, MEMORY_BYTES_MAX, WINDOW_MAX, NO_END, REFUSED_MAX);
    }

    public SpoolConfig withQuota(long messages, long bytes) {
        return new SpoolConfig(directory, messages, bytes, windowMax, retriesMax, refusedMax);
    }

    public SpoolConfig withWindowMax(int value) {
        return new SpoolConfig(directory, messagesMax, bytesMax, value, retriesMax, refusedMax);
    }

    public SpoolConfig withRetriesMax(int value) {
        return new SpoolConfig(directory, messagesMax, bytesMax, windowMax, value, refusedMax);
    }

    public SpoolConfig withRefusedMax(int value) {
        return new SpoolConfig(directory, messagesMax, bytesMax, windowMax, retriesMax, value);
    }

    private static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("spool." + name + " is " + value + "; it must be " + min + " to " + max);
        }
    }
}
