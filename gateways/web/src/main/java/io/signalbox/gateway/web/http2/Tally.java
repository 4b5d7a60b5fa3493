package io.signalbox.gateway.web.http2;

import java.util.concurrent.TimeUnit;

/** Counts within one window of time after the other. Owned by the connection's loop. */
final class Tally {
    private final int max;
    private final long windowNanos;
    private long begunNanos = System.nanoTime();
    private int count;

    Tally(int max, int windowSeconds) {
        this.max = max;
        windowNanos = TimeUnit.SECONDS.toNanos(windowSeconds);
    }

    /** @return whether it is one too many */
    boolean add() {
        long now = System.nanoTime();
        if (now - begunNanos > windowNanos) {
            begunNanos = now;
            count = 0;
        }
        return ++count > max;
    }
}
