package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import org.apache.qpid.protonj2.engine.IncomingDelivery;

/**
 * What comes on a link that this side has closed: its client has not heard that yet, or goes on all the same. Nothing of
 * it is kept, and what was counted ends with the link. Owned by the connection's loop.
 */
final class Late {
    private static final int MESSAGES_MAX = 10_000;

    private final Peer peer;
    private final long bytesMax;
    private int messages;
    private long bytes;

    Late(Peer peer) {
        this.peer = peer;
        this.bytesMax = peer.config().limits().outstandingBytesMax();
    }

    /** @throws Violation there is no end to it */
    void onRead(IncomingDelivery delivery) {
        bytes += peer.arriving().length();
        if (!delivery.isPartial()) {
            messages++;
            letGo(delivery);
        }
        if (messages > MESSAGES_MAX || bytes > bytesMax) {
            throw new Violation(
                    Condition.RESOURCE_LIMIT_EXCEEDED,
                    messages + " messages, " + bytes
                            + " bytes, came on a link that was closed: the client does not hear");
        }
    }

    /** The engine settles on a closed link what the client has settled, and keeps all else until the session ends. */
    private void letGo(IncomingDelivery delivery) {
        if (delivery.isRemotelySettled()) {
            delivery.settle();
        } else {
            delivery.getLink().deliveryStateUpdatedHandler(one -> peer.guarded(() -> onSettled(one)));
            peer.arriving().settle();
        }
    }

    private static void onSettled(IncomingDelivery delivery) {
        if (!delivery.isPartial()) { // of which more comes the engine must know
            delivery.settle();
        }
    }
}
