package io.signalbox.bus.message;

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

    /** By all of its handlers, or the bus has made a durable dead letter of it for those that failed. */
    void handled();

    /** Not handled, or not by all of its handlers. Called under locks of the bus: must not block. */
    void failed(Reason reason, @Nullable Throwable error);
}
