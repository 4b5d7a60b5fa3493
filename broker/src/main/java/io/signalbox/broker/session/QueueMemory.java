package io.signalbox.broker.session;

import io.signalbox.message.Message;

/**
 * Which waiting deliveries keep their payload in memory: those at the head of the queue, within a bound for this
 * session and one for the broker. The rest is read back from the log when its turn comes.
 */
final class QueueMemory {
    private static final long ONLINE_BYTES_MAX = 1 << 20;
    private static final long OFFLINE_BYTES_MAX = 64 << 10;
    private static final int ENTRY_BYTES = 64;

    private final SessionHost host;
    private long bytes;

    QueueMemory(SessionHost host) {
        this.host = host;
    }

    /** @return false if there is no room and the log cannot hold it for us */
    boolean keep(QueueEntry entry, boolean online) {
        if (entry.message == null) {
            return true;
        }
        boolean room = count(entry);
        if (entry.position > 0 && (!room || bytes > (online ? ONLINE_BYTES_MAX : OFFLINE_BYTES_MAX))) {
            letGo(entry);
            return true;
        }
        return room;
    }

    private boolean count(QueueEntry entry) {
        if (entry.counted) {
            return true;
        }
        entry.counted = true;
        bytes += entry.bytes + ENTRY_BYTES;
        return host.buffered(entry.bytes + ENTRY_BYTES);
    }

    private void letGo(QueueEntry entry) {
        release(entry);
        entry.message = null;
    }

    /** The delivery is over. */
    void release(QueueEntry entry) {
        if (entry.counted) {
            entry.counted = false;
            bytes -= entry.bytes + ENTRY_BYTES;
            host.buffered(-(entry.bytes + ENTRY_BYTES));
        }
    }

    /** Read back, about to be delivered. */
    void restored(QueueEntry entry, Message message) {
        entry.message = message;
        count(entry);
    }

    /** Nobody is connected any more: only the head stays. */
    void shrink(DeliveryQueue queue) {
        long[] kept = {0};
        queue.forEach(entry -> {
            if (entry.message != null && entry.position > 0) {
                kept[0] += entry.bytes + ENTRY_BYTES;
                if (kept[0] > OFFLINE_BYTES_MAX) {
                    letGo(entry);
                }
            }
        });
    }
}
