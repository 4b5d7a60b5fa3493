package io.signalbox.transports.composite.strategy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Nothing is sent after a refusal was heard. A send that has begun by then is waited for by whoever hears the refusal: so
 * it comes to the target before the refusal is over, and a transport that refuses what is published before that refuses it
 * too. Refusals that are heard within a send, by its own thread, wait for nothing.
 *
 * <p>Thread safe.
 */
public final class Stop {
    /** A transport that calls back with a lock held that its publish needs would stand still for good. */
    private static final long WAIT_MAX_MILLIS = 1_000;

    private final ReentrantLock sending = new ReentrantLock();
    private volatile boolean on;

    public boolean isOn() {
        return on;
    }

    /** @return false if it did not run, since it is stopped */
    public boolean unlessStopped(Runnable send) {
        sending.lock();
        try {
            if (on) {
                return false;
            }
            send.run();
            return true;
        } finally {
            sending.unlock();
        }
    }

    /** When this returns nothing is being sent any more. */
    public void begin() {
        on = true;
        try {
            if (sending.tryLock(WAIT_MAX_MILLIS, TimeUnit.MILLISECONDS)) {
                sending.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of whoever sends. */
    public void end() {
        on = false;
    }
}
