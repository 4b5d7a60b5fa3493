package io.signalbox.bus.message;

import org.jspecify.annotations.Nullable;

/**
 * Told once when an event that came from outside is at its end. Who has one keeps what failed, unless the bus can keep
 * it as durably.
 */
public interface Completion {
    /** Epoch milliseconds of this process at which the message came; its timestamp is the sender's. */
    long arrivedMillis();

    /**
     * What message it is that was delivered: equal for all deliveries of it.
     *
     * @return null: it cannot be given back, and comes no second time
     */
    @Nullable
    Object origin();

    /** False: it is a message that was never delivered before, though it may look like one that was. */
    boolean mayHaveComeBefore();

    /** By all of its handlers, or the bus has made a durable dead letter of it for those that failed. */
    void handled();

    /** Not handled, or not by all of its handlers. Called under locks of the bus: must not block. */
    void failed(Reason reason, @Nullable Throwable error);
}
