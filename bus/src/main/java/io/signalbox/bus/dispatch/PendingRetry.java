package io.signalbox.bus.dispatch;

import java.util.concurrent.atomic.AtomicBoolean;

/** A handler that will be tried again, or a registry that will be asked again, unless the bus closes first. */
final class PendingRetry {
    private final long number;
    private final Runnable again;
    private final Runnable atTheEnd;
    private final AtomicBoolean taken = new AtomicBoolean();

    /**
     * @param number in the order in which retries were put off
     * @param atTheEnd run instead, if the bus closes first
     */
    PendingRetry(long number, Runnable again, Runnable atTheEnd) {
        this.number = number;
        this.again = again;
        this.atTheEnd = atTheEnd;
    }

    long number() {
        return number;
    }

    void run() {
        if (taken.compareAndSet(false, true)) {
            again.run();
        }
    }

    void giveUp() {
        if (taken.compareAndSet(false, true)) {
            atTheEnd.run();
        }
    }
}
