package io.signalbox.testkit.bus;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a simulation: it runs when it is its turn and parks otherwise, so that of all threads exactly one is
 * running, as if there were no others.
 */
final class Seat {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private final Thread thread;
    private volatile boolean turn;
    private volatile boolean interrupted;
    /** What a thread that has nothing to do is to run at its next turn; null: end. Owned by whose turn it is. */
    private @Nullable Runnable next;

    Seat(Thread thread) {
        this.thread = thread;
    }

    Thread thread() {
        return thread;
    }

    /** Called by whose turn it was; he must then wait for his own, or end. */
    void give() {
        turn = true;
        LockSupport.unpark(thread);
    }

    void give(@Nullable Runnable task) {
        next = task;
        give();
    }

    @Nullable
    Runnable takeTask() {
        Runnable taken = next;
        next = null;
        return taken;
    }

    void awaitTurn() {
        awaitTurn(FOR_EVER);
    }

    /**
     * An interrupt does not end the wait; it is remembered, and whoever decides who is next sees it at once.
     *
     * @return false if time was up first
     */
    boolean awaitTurn(long timeoutNanos) {
        long start = System.nanoTime();
        while (!turn) {
            if (timeoutNanos == FOR_EVER) {
                LockSupport.park(this);
            } else {
                long left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            if (thread.isInterrupted()) {
                // In this order: at no moment are both false.
                interrupted = true;
                Thread.interrupted();
            }
        }
        turn = false;
        return true;
    }

    void interrupt() {
        interrupted = true;
    }

    boolean isInterrupted() {
        return thread.isInterrupted() || interrupted;
    }

    /** Called on its own thread: was it interrupted, and no longer is. */
    boolean takeInterrupt() {
        boolean was = Thread.interrupted() | interrupted;
        interrupted = false;
        return was;
    }
}
