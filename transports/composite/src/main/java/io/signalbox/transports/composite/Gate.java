package io.signalbox.transports.composite;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Counts publishes under way, so that a close lets each be answered by all before the members go. Thread safe. */
final class Gate {
    static final Refusal CLOSED = new Refusal(ReasonCode.CLOSED, "this composite is closed");

    private final AtomicLong inside = new AtomicLong();
    private volatile boolean closed;

    /** @return false if it is closed: nothing may pass */
    boolean enter() {
        inside.incrementAndGet();
        if (closed) {
            inside.decrementAndGet();
            return false;
        }
        return true;
    }

    boolean closed() {
        return closed;
    }

    /** The callback of a publish that has entered; it leaves with its answer. */
    PublishCallback leaving(PublishCallback callback) {
        return new PublishCallback() {
            @Override
            public void published(long context, Outcome outcome, Durability reached, long sequence) {
                inside.decrementAndGet();
                callback.published(context, outcome, reached, sequence);
            }

            @Override
            public void refused(long context, Refusal refusal) {
                inside.decrementAndGet();
                callback.refused(context, refusal);
            }
        };
    }

    /** @return false if it was closed before */
    synchronized boolean close(Duration patience) {
        if (closed) {
            return false;
        }
        closed = true;
        long deadline = System.nanoTime() + patience.toNanos();
        while (inside.get() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }
}
