package io.signalbox.transports.composite.strategy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Nothing is sent after a refusal was heard. A send that has begun by then is waited for by whoever hears the refusal: so
 * it comes to the target before the refusal is over, and a transport that refuses what is published before that refuses it
 * too. Refusals that are heard within a send, by its own thread, wait for nothing. However many are heard, they wait until
 * the same time.
 *
 * <p>Thread safe.
 */
public final class Stop {
    /** A transport that calls back with a lock held that its publish needs would stand still for good. */
    public static final Duration WAIT_MAX = Duration.ofSeconds(1);

    private final ReentrantLock sending = new ReentrantLock();
    private final long waitMaxNanos;
    private volatile boolean on;

    /** Of the stop that is on. */
    private long waitUntilNanos;

    public Stop() {
        this(WAIT_MAX);
    }

    /** @param waitMax from its beginning on all who begin a stop wait for so long together */
    public Stop(Duration waitMax) {
        waitMaxNanos = waitMax.toNanos();
    }

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
        long left = turnedOn() - System.nanoTime();
        try {
            if (sending.tryLock(left, TimeUnit.NANOSECONDS)) {
                sending.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return until when to wait, at most */
    private synchronized long turnedOn() {
        if (!on) {
            waitUntilNanos = System.nanoTime() + waitMaxNanos;
            on = true;
        }
        return waitUntilNanos;
    }

    /** Of whoever sends. */
    public synchronized void end() {
        on = false;
    }
}
