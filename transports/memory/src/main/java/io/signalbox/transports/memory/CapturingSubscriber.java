package io.signalbox.transports.memory;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Subscriber;

/** Notes each delivery before the subscriber sees it. */
record CapturingSubscriber(String session, Subscriber subscriber, Capture capture) implements Subscriber {
    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        capture.add(new Handover(session, message, deliveryCount, redelivered, System.nanoTime()));
        subscriber.onDelivery(deliveryId, message, match, deliveryCount, redelivered, fromRetained);
    }

    @Override
    public void onReleased(int deliveryId) {
        subscriber.onReleased(deliveryId);
    }

    @Override
    public void onTurnEnd() {
        subscriber.onTurnEnd();
    }

    @Override
    public void onDetached(DetachReason reason) {
        subscriber.onDetached(reason);
    }
}
