package io.signalbox.broker.replay;

import java.util.concurrent.Semaphore;

/**
 * Whoever looks at all topics does so in steps, and one step is made at a time: virtual threads are not time-sliced, and
 * scans must not take all of those that carry them from the sessions' turns.
 */
final class Scans {
    private final Semaphore turn = new Semaphore(1, true);

    /** @param step takes well under a millisecond, and waits for nothing */
    void step(Runnable step) {
        turn.acquireUninterruptibly();
        try {
            step.run();
        } finally {
            turn.release();
        }
        Thread.yield();
    }
}
