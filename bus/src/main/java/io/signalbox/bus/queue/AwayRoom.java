package io.signalbox.bus.queue;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much may be known as away, of all keys together: each takes 150 bytes or so. No key may have more of it than it
 * leaves for all others, so that a dead one that goes on and on never takes the last of it; what halves each time soon
 * leaves nothing for the next, so the first of each key have a reserve. Thread safe.
 */
public final class AwayRoom {
    /** So many of one key have it. */
    static final int RESERVED_OF_EACH = 100;

    private final AtomicInteger left;
    private final AtomicInteger reserve;

    public AwayRoom(int max) {
        this(max, 0);
    }

    /** @param reserve beside it, for the first of each key */
    public AwayRoom(int max, int reserve) {
        left = new AtomicInteger(max);
        this.reserve = new AtomicInteger(reserve);
    }

    /** @param own how much of it whoever asks has */
    boolean take(int own) {
        return takeIfMoreThan(own, left);
    }

    /** @param own how much of the reserve whoever asks has */
    boolean takeReserved(int own) {
        return own < RESERVED_OF_EACH && takeIfMoreThan(0, reserve);
    }

    private static boolean takeIfMoreThan(int least, AtomicInteger from) {
        int before = from.get();
        while (before > least) {
            if (from.compareAndSet(before, before - 1)) {
                return true;
            }
            before = from.get();
        }
        return false;
    }

    void giveBack() {
        left.incrementAndGet();
    }

    void giveBackReserved() {
        reserve.incrementAndGet();
    }

    public int left() {
        return left.get() + reserve.get();
    }
}
