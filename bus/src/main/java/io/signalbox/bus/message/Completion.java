package io.signalbox.bus.message;

import io.signalbox.bus.queue.Parking;
import io.signalbox.bus.queue.Returnable;
import org.jspecify.annotations.Nullable;

/**
 * Told once when an event that came from outside is at its end. Who has one keeps what failed, unless the bus can keep
 * it as durably.
 */
public interface Completion extends Returnable {
    /** Epoch milliseconds of this process at which the message came; its timestamp is the sender's. */
    long arrivedMillis();

    /** False: nobody would take it back, as it was settled before it came, or what it came by has ended. */
    boolean canGoBack();

    /** What it came by has ended, and whatever follows that brings it again: who has not begun it leaves it to that. */
    boolean comesAgain();

    /**
     * It goes back, or has gone, and is known to be away there until it comes again. Called under locks of the bus: must
     * not block.
     *
     * @param key null: it has come, and is away no more
     */
    void awayIn(@Nullable Parking key);

    /**
     * It comes again by whatever follows, and its session waits for it until then.
     *
     * @param back to be run once, when it has come or will not
     */
    void expect(SessionRef session, Runnable back);

    /** By all of its handlers, or the bus has made a durable dead letter of it for those that failed. */
    void handled();

    /** Not handled, or not by all of its handlers. Called under locks of the bus: must not block. */
    void failed(Reason reason, @Nullable Throwable error);
}
