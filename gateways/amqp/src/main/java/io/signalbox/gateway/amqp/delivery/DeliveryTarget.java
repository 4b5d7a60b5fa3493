package io.signalbox.gateway.amqp.delivery;

import io.signalbox.message.Message;
import io.signalbox.transport.Subscriber.DetachReason;

/** The link that a source feeds. Called on the loop of its connection. */
public interface DeliveryTarget {
    /**
     * @param deliveryId 0: settled already
     * @param deliveryCount failed deliveries before this one
     * @param redelivered it may have been seen before
     */
    void onDelivery(int deliveryId, Message message, int deliveryCount, boolean redelivered);

    /** Nothing more comes for now. */
    void onTurnEnd();

    /**
     * Everything that was there has been handed over.
     *
     * @param number which drain this answers, be it cancelled meanwhile
     */
    void onDrained(int number);

    /** The source is no more; nothing is called after it. */
    void onEnded(DetachReason reason);
}
