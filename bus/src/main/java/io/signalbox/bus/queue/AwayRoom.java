package io.signalbox.bus.queue;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much may be known as away, of all keys together: each takes 150 bytes or so. No key may have more of it than it
 * leaves for all others, so that a dead one that goes on and on never takes the last of it. Thread safe.
 */
public final class AwayRoom {
    private final AtomicInteger left;

    public AwayRoom(int max) {
        left = new AtomicInteger(max);
    }

    /** @param own how much whoever asks has */
    boolean take(int own) {
        int before = left.get();
        while (before > own) {
            if (left.compareAndSet(before, before - 1)) {
                return true;
            }
            before = left.get();
        }
        return false;
    }

    void giveBack() {
        left.incrementAndGet();
    }

    public int left() {
        return left.get();
    }
}
