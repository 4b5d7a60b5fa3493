package io.signalbox.gateway.amqp.delivery;

import io.signalbox.transport.Settlement;

/**
 * Where a link gets its deliveries. It hands over no more than was granted; what was on the way when a grant was revoked
 * may still come. Called on the loop of the link's connection.
 */
public interface DeliverySource {
    /** So many more deliveries may be handed over. */
    void grant(int more);

    /** Nothing more may be handed over. */
    void revoke();

    /**
     * Hands over what is there now, then takes back what is left of the grant, and says
     * {@link DeliveryTarget#onDrained}.
     *
     * @param number not 0; comes back with the answer
     */
    void drain(int number);

    /** The grant stands again. An answer may be on its way already. */
    void cancelDrain();

    /** Ids that are not unsettled are ignored. */
    void settle(int deliveryId, Settlement settlement);

    /**
     * The link is gone. What it had unsettled is offered again.
     *
     * @param clean the client has detached it; false: the connection was lost
     * @param forget the client has closed it: a durable subscription of its own ends
     */
    void leave(boolean clean, boolean forget);
}
