package io.signalbox.benchmarks.bus;

import io.signalbox.benchmarks.bus.peer.Tick;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the handler has counted, for each publisher; so that publishers can wait when too much is on its way, whatever
 * the bus does when it is flooded. Atomic, since some peers call their handler from many threads.
 */
final class Backlog {
    /** Longs between two counters: two cache lines, which the processor fetches together. */
    private static final int STRIDE = 16;

    private final AtomicLongArray handled;

    Backlog(int publishers) {
        handled = new AtomicLongArray((publishers + 1) * STRIDE);
    }

    void count(Tick tick) {
        handled.getAndIncrement((tick.publisher() + 1) * STRIDE);
    }

    long handled(int publisher) {
        return handled.get((publisher + 1) * STRIDE);
    }
}
