package io.signalbox.systemtests.crash;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How fast one publisher may go. Owned by its thread. */
final class Pace {
    private final long intervalNanos;
    private long nextNanos = System.nanoTime();

    private Pace(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    static Pace unlimited() {
        return new Pace(0);
    }

    static Pace perSecond(int messages) {
        return new Pace(TimeUnit.SECONDS.toNanos(1) / messages);
    }

    /** Whether a message may go now; if so, the next one has to wait its time. */
    boolean mayGo() {
        long now = System.nanoTime();
        if (now - nextNanos < 0) {
            return false;
        }
        // What could not be sent while the broker was away is not made up for.
        nextNanos = Math.max(nextNanos, now - TimeUnit.SECONDS.toNanos(1)) + intervalNanos;
        return true;
    }

    /** Waits until the next message may go. */
    void await() {
        LockSupport.parkNanos(Math.max(0, nextNanos - System.nanoTime()));
    }
}
