package io.signalbox.transports.rabbitmq;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was written to one channel and is not confirmed, by delivery tag: a ring, since tags count up and are confirmed
 * nearly in order. The publisher's thread adds, the connection's reader takes; each call is one short lock.
 */
final class Confirms {
    private final @Nullable Outgoing[] ring;
    private long low = 1;
    private long next = 1;

    /** @param max unconfirmed at once, a power of two */
    Confirms(int max) {
        ring = new Outgoing[max];
    }

    /** False if the oldest unconfirmed is a whole ring behind. */
    synchronized boolean add(Outgoing outgoing) {
        if (next - low >= ring.length) {
            return false;
        }
        ring[slot(next)] = outgoing;
        next++;
        return true;
    }

    private int slot(long tag) {
        return (int) (tag & (ring.length - 1));
    }

    /** @param multiple all up to this tag (AMQP 0.9.1, 1.8.3.13) */
    synchronized List<Outgoing> take(long tag, boolean multiple) {
        if (!multiple) {
            Outgoing one = takeOne(tag);
            advance();
            return one == null ? List.of() : List.of(one);
        }
        List<Outgoing> all = new ArrayList<>((int) Math.min(ring.length, Math.max(0, tag - low + 1)));
        for (long t = low; t <= tag && t < next; t++) {
            Outgoing one = takeOne(t);
            if (one != null) {
                all.add(one);
            }
        }
        advance();
        return all;
    }

    private @Nullable Outgoing takeOne(long tag) {
        if (tag < low || tag >= next) {
            return null;
        }
        Outgoing one = ring[slot(tag)];
        ring[slot(tag)] = null;
        return one;
    }

    /** Takes back the one that was added last; false if somebody has it already. */
    synchronized boolean takeNewest(Outgoing outgoing) {
        if (low == next || ring[slot(next - 1)] != outgoing) {
            return false;
        }
        next--;
        ring[slot(next)] = null;
        return true;
    }

    private void advance() {
        while (low < next && ring[slot(low)] == null) {
            low++;
        }
    }

    /** The server had no queue for the publish of that number; its confirm follows. */
    synchronized void returned(long number) {
        for (long t = low; t < next; t++) {
            Outgoing one = ring[slot(t)];
            if (one != null && one.number == number) {
                one.returned = true;
                return;
            }
        }
    }

    /** The channel is gone: all that is unconfirmed, in order. */
    synchronized List<Outgoing> takeAll() {
        return take(next - 1, true);
    }

    /** How long the oldest has been waiting; 0 if none is. */
    synchronized long oldestNanos(long now) {
        Outgoing oldest = low < next ? ring[slot(low)] : null;
        return oldest == null ? 0 : now - oldest.writtenNanos;
    }

    synchronized boolean isEmpty() {
        return low == next;
    }
}
