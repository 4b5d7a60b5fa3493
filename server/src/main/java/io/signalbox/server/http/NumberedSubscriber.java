package io.signalbox.server.http;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Subscriber;

/** For whom each delivery's number in the log matters: there is one way in, with 0 where a transport has no numbers. */
interface NumberedSubscriber extends Subscriber {
    @Override
    default void onDelivery(
            int deliveryId, Message message, Match match, int deliveryCount, boolean redelivered, boolean retained) {
        onDelivery(deliveryId, 0, message, match, deliveryCount, redelivered, retained);
    }

    @Override
    void onDelivery(
            int deliveryId,
            long sequence,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained);
}
