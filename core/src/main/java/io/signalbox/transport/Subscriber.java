package io.signalbox.transport;

import io.signalbox.message.Message;

/**
 * Receives what a session delivers. Every method is called on the lane the session was opened with, never
 * concurrently, and must not block.
 */
public interface Subscriber {
    /**
     * @param deliveryId 1 to 65,535, unique among this session's unsettled deliveries, and the same again when it is
     *     offered again after a reconnect; 0: settled already (at most once)
     * @param effective the lower of the message's and the subscription's guarantee is
     *     {@code message.guarantee().atMost(match.guarantee())}
     * @param deliveryCount failed deliveries before this one, to this session
     * @param redelivered it may have been seen before (MQTT's DUP)
     * @param fromRetained sent because of the subscription, not because it was published now
     */
    void onDelivery(
            int deliveryId, Message message, Match match, int deliveryCount, boolean redelivered, boolean fromRetained);

    /**
     * How a transport that numbers its messages hands one over, instead of the other; a receiver for whom the number
     * matters overrides both.
     *
     * @param sequence the message's number in the transport's log, by which {@link Transport#read} finds it as soon as
     *     this is called; rises from delivery to delivery of one priority; 0: it is not in the log
     */
    default void onDelivery(
            int deliveryId,
            long sequence,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        onDelivery(deliveryId, message, match, deliveryCount, redelivered, fromRetained);
    }

    /**
     * Deliveries that need not arrive found no room before any that is handed over after this: a receiver who wants them
     * all the same looks into the past.
     */
    default void onMissed() {}

    /** The receipt of an exactly-once delivery is safe: the receiver may forget the id (MQTT's PUBREL). */
    void onReleased(int deliveryId);

    /** Nothing more comes for now: flush. */
    void onTurnEnd();

    /**
     * More waits to be handed out than may. Who can stop publishing does so while this is true; who goes on is refused
     * sooner or later.
     */
    default void onPublishingHeld(boolean held) {}

    /** The session is no longer this subscriber's; nothing is called after it, but for the end of a hold. */
    void onDetached(DetachReason reason);

    enum DetachReason {
        /** The same name was opened by somebody else. */
        TAKEN_OVER,
        /** An operator ended the session. */
        REMOVED,
        /** Its principal lost the right to be here. */
        REVOKED,
        SHUTTING_DOWN
    }
}
