package io.signalbox.transports.composite.strategy;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Publishes that wait for answers, oldest first. Every wait is equally long, so the queue is in the order of its
 * deadlines. Adding is for any thread, {@link #expire} for one.
 */
public final class Deadlines {
    private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final Duration limit;

    public Deadlines(Duration limit) {
        this.limit = limit;
    }

    /** What waits. */
    public interface Waits {
        boolean done();

        /** Nobody else will answer: what is missing counts as refused. */
        void expire(Duration after);
    }

    private record Waiting(Waits waits, long deadlineNanos) {}

    public void add(Waits waits) {
        waiting.add(new Waiting(waits, System.nanoTime() + limit.toNanos()));
    }

    /** Ends the waits that are over, and lets go of those that are done. */
    public void expire(long nowNanos) {
        @Nullable Waiting next;
        while ((next = waiting.peek()) != null && (next.waits.done() || next.deadlineNanos - nowNanos <= 0)) {
            waiting.poll();
            if (!next.waits.done()) {
                next.waits.expire(limit);
            }
        }
        // Behind one that waits for its whole time there may be very many that do not.
        waiting.removeIf(later -> later.waits.done());
    }

    /** The transport closes: no wait goes on. */
    public void expireAll() {
        @Nullable Waiting next;
        while ((next = waiting.poll()) != null) {
            if (!next.waits.done()) {
                next.waits.expire(limit);
            }
        }
    }
}
