package io.signalbox.gateway.listener;

import io.netty.channel.WriteBufferWaterMark;

/**
 * How much may wait in memory for one connection's socket: much when there are few, little when there are many, so that
 * a thousand clients who never read cannot use up the direct memory, and stop every event loop with it. Immutable.
 */
final class WriteBudget {
    static final int HIGH_BYTES_MAX = 256 << 10;
    static final int HIGH_BYTES_MIN = 8 << 10;
    private static final int LOW_PART = 4;
    private static final int SHARE_OF_MEMORY = 8;

    private final long bytes;

    WriteBudget(long directMemoryBytes) {
        bytes = directMemoryBytes / SHARE_OF_MEMORY;
    }

    /** @param connections that are open, this one included */
    WriteBufferWaterMark waterMark(long connections) {
        int high = (int) Math.clamp(bytes / Math.max(1, connections), HIGH_BYTES_MIN, HIGH_BYTES_MAX);
        return new WriteBufferWaterMark(high / LOW_PART, high);
    }
}
