package io.signalbox.transports.kafka;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much a session holds that is not settled, and whether it should read on. Ahead of the credit a little is read,
 * since what needs no credit may lie behind what does. Thread safe.
 */
final class Appetite {
    private static final int AHEAD = 500;
    private static final long BYTES_MIN = 1 << 20;

    private final int messagesMax;
    private final long bytesMax;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean boundless;
    private volatile boolean waiting;
    private volatile Runnable wake = () -> {};

    Appetite(int credit, long bytesMax) {
        messagesMax = credit + AHEAD;
        this.bytesMax = Math.max(BYTES_MIN, bytesMax);
    }

    /** Run when it was full and is no more; any thread, and may come too often. */
    void onRoom(Runnable task) {
        wake = task;
    }

    /** While the queue's own bounds push out the oldest, reading goes on. */
    void boundless(boolean now) {
        boundless = now;
        wake.run();
    }

    void took(int size) {
        messages.incrementAndGet();
        bytes.addAndGet(size);
    }

    void gave(int size) {
        bytes.addAndGet(-size);
        if (messages.decrementAndGet() <= messagesMax - AHEAD / 2 && waiting) {
            waiting = false;
            wake.run();
        }
    }

    /** To be asked by the reader before it reads. */
    boolean isFull() {
        boolean full = !boundless && messages.get() > 0 && (messages.get() >= messagesMax || bytes.get() >= bytesMax);
        waiting = full;
        return full;
    }
}
