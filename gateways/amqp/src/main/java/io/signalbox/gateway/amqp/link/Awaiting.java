package io.signalbox.gateway.amqp.link;

import io.signalbox.transport.Settlement;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one link in mode second that their sender has not settled. Each is over when it was answered and its
 * sender has settled it, whichever comes first (2.6.12). What senders say of ranges the engine is not told: without its
 * last delivery it takes a range to go on to the end of all, without its first to be empty. Owned by the connection's
 * loop.
 */
final class Awaiting implements Unsettled.Owner {
    private final Peer peer;
    private final Runnable ended;
    private final Unsettled.Recipient recipient = new Unsettled.Recipient(this);

    /** By their ids, which they have as their linked resource, too. Bounded by the link's credit. */
    private final Map<Integer, IncomingDelivery> open = new HashMap<>();

    private int channel;

    /** @param ended a message is over that was answered before */
    Awaiting(Peer peer, Runnable ended) {
        this.peer = peer;
        this.ended = ended;
    }

    /** The engine is reading the first frame of a message. */
    void begin(IncomingDelivery delivery) {
        if (!delivery.isRemotelySettled()) {
            Integer id = peer.arriving().deliveryId();
            channel = peer.arriving().channel();
            delivery.setLinkedResource(id);
            open.put(id, delivery);
            peer.unsettled().published(channel, recipient, id);
        }
    }

    /** It was aborted, or is over. */
    void drop(IncomingDelivery delivery) {
        Integer id = delivery.getLinkedResource(Integer.class);
        if (id != null) {
            open.remove(id);
            peer.unsettled().forget(channel, id);
        }
    }

    /** @return whether its sender has settled it already */
    boolean answer(IncomingDelivery delivery, DeliveryState state) {
        Integer id = delivery.getLinkedResource(Integer.class);
        boolean settled = delivery.isRemotelySettled() || id == null || !open.containsKey(id);
        delivery.disposition(state, settled);
        if (settled) {
            drop(delivery);
        }
        return settled;
    }

    /** Its sender has settled it. */
    @Override
    public void onOutcome(int id, @Nullable Settlement none) {
        IncomingDelivery delivery = open.remove(id);
        if (delivery != null && delivery.getState() != null) {
            peer.forget().accept(delivery);
            ended.run();
        }
    }

    /** The link is closed. */
    void leave() {
        recipient.left();
        open.clear();
    }
}
