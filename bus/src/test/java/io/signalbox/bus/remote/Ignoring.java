package io.signalbox.bus.remote;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Subscriber;

/** Does nothing with what it gets. */
final class Ignoring implements Subscriber {
    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {}

    @Override
    public void onReleased(int deliveryId) {}

    @Override
    public void onTurnEnd() {}

    @Override
    public void onDetached(DetachReason reason) {}
}
