package io.signalbox.transports.rabbitmq;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries of a channel are open, and of which that are settled the server does not know yet. What lies before
 * the oldest open one is told with one frame, the rest one by one. Both sets are bounded by the channel's prefetch: the
 * server hands over nothing more until it is told. Guarded by itself; the lock is not held while anything is written,
 * since a socket may block and whoever settles must not.
 */
final class AckLedger {
    /** Before the oldest and after the newest. */
    private final Open ends = new Open(0);

    private long[] untold = new long[16];
    private int untoldCount;

    /** A delivery that the server waits to hear of: a link in the chain of those, in the order of their tags. */
    static final class Open {
        private final long tag;
        private @Nullable Open before;
        private @Nullable Open after;

        private Open(long tag) {
            this.tag = tag;
        }
    }

    /** Where acknowledgements are written to. */
    interface Wire {
        void ack(long tag, boolean multiple) throws IOException;
    }

    AckLedger() {
        ends.before = ends;
        ends.after = ends;
    }

    /** The server has handed it over; tags count up. */
    synchronized Open delivered(long tag) {
        Open open = new Open(tag);
        Open newest = ends.before;
        open.before = newest;
        open.after = ends;
        if (newest != null) {
            newest.after = open;
        }
        ends.before = open;
        return open;
    }

    /** Does nothing the second time. */
    synchronized void settled(Open open) {
        Open before = open.before;
        Open after = open.after;
        if (before == null || after == null) {
            return;
        }
        before.after = after;
        after.before = before;
        open.before = null;
        open.after = null;
        if (untoldCount == untold.length) {
            untold = Arrays.copyOf(untold, 2 * untold.length);
        }
        untold[untoldCount++] = open.tag;
    }

    /** How many are settled that the server does not know of. */
    synchronized int untold() {
        return untoldCount;
    }

    /** Tells the server of everything that is settled. One thread at a time. */
    void write(Wire wire) throws IOException {
        long oldestOpen;
        long[] news;
        synchronized (this) {
            Open oldest = ends.after;
            oldestOpen = oldest == null || oldest == ends ? Long.MAX_VALUE : oldest.tag;
            news = Arrays.copyOf(untold, untoldCount);
            untoldCount = 0;
        }
        long run = 0;
        for (long tag : news) {
            run = tag < oldestOpen ? Math.max(run, tag) : run;
        }
        if (run > 0) {
            wire.ack(run, true);
        }
        for (long tag : news) {
            if (tag > oldestOpen) {
                wire.ack(tag, false);
            }
        }
    }
}
