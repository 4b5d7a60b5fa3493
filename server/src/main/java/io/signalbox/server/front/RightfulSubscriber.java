package io.signalbox.server.front;

import io.signalbox.access.Principal;
import io.signalbox.access.ReceiveRights;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * Gets only what its principal may receive at that moment. The rest is settled, as the embedded broker drops it: it would
 * hold up the queue otherwise, and rights that are given back do not bring it back. Owned by the session's lane.
 */
final class RightfulSubscriber implements Subscriber {
    private final Subscriber subscriber;
    private final Principal principal;
    private final ReceiveRights rights;
    private final Runnable withheld;
    /** Set before anything is delivered, on whatever thread the session was opened. */
    private volatile @Nullable Session session;

    RightfulSubscriber(Subscriber subscriber, Principal principal, ReceiveRights rights, Runnable withheld) {
        this.subscriber = subscriber;
        this.principal = principal;
        this.rights = rights;
        this.withheld = withheld;
    }

    void session(Session opened) {
        session = opened;
    }

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        if (rights.mayReceive(principal, message.topic())) {
            subscriber.onDelivery(deliveryId, message, match, deliveryCount, redelivered, fromRetained);
            return;
        }
        withheld.run();
        Session from = session;
        if (deliveryId != 0 && from != null) {
            from.settle(deliveryId, Settlement.ACCEPTED);
        }
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
    public void onPublishingHeld(boolean held) {
        subscriber.onPublishingHeld(held);
    }

    @Override
    public void onDetached(DetachReason reason) {
        subscriber.onDetached(reason);
    }
}
