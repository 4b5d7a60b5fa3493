package io.signalbox.transports.composite.merge;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Subscriber;

/** Tells a merged session what one member delivers. Called on the lane. */
record MemberSubscriber(MergedSession merged, int member) implements Subscriber {
    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        merged.onDelivery(member, new Arrival(deliveryId, message, match, deliveryCount, redelivered, fromRetained));
    }

    @Override
    public void onReleased(int deliveryId) {
        // Exactly once ends at a composite: its subscriptions ask for at least once.
    }

    @Override
    public void onTurnEnd() {
        merged.onTurnEnd();
    }

    @Override
    public void onDetached(DetachReason reason) {
        merged.onDetached(member, reason);
    }
}
