package io.signalbox.client.spool;

import org.jspecify.annotations.Nullable;

/** How much the spool holds. Thread safe. */
final class Quota {
    private final long messagesMax;
    private final long bytesMax;
    private long messages;
    private long bytes;

    Quota(SpoolConfig config) {
        messagesMax = config.messagesMax();
        bytesMax = config.bytesMax();
    }

    /** @return null: there is room, and it is taken */
    synchronized @Nullable SpoolFullException take(long size) {
        if (messages >= messagesMax || bytes + size > bytesMax) {
            return new SpoolFullException(messages, messagesMax, bytes, bytesMax);
        }
        messages++;
        bytes += size;
        return null;
    }

    /** Found on disk: there whatever the quota says today. */
    synchronized void found(long count, long size) {
        messages += count;
        bytes += size;
    }

    synchronized void giveBack(long count, long size) {
        messages -= count;
        bytes -= size;
    }

    synchronized long messages() {
        return messages;
    }

    synchronized long bytes() {
        return bytes;
    }
}
