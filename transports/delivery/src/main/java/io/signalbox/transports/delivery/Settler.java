package io.signalbox.transports.delivery;

import io.signalbox.transport.Settlement;

/**
 * The engine's side of a mailbox. All methods are called under the mailbox's lock, so they note or enqueue and return.
 *
 * @param <H> how the engine knows a hand-over
 */
public interface Settler<H> {
    /** Before anything comes of it: the subscriber settles what is its own, neither late nor twice. */
    default void settling(int deliveryId, Settlement settlement) {}

    /** It is the subscriber's no more, without a word of his: his time for it is over. */
    default void timedOut(int deliveryId) {}

    /** The engine may forget the message. */
    void done(H handle);

    /** The message goes to the dead letters; once it is safe there, the engine may forget it here. */
    void dead(H handle, Arrival<H> arrival, DeadReason reason, String detail);

    /** Nothing more follows for now: what was noted may be sent together. */
    void flush();
}
