package io.signalbox.gateway.amqp.delivery;

import io.signalbox.transport.Settlement;

/**
 * Where a link gets its deliveries. It hands over no more than its limit; what was on the way when that was lowered may
 * still come, and counts. Called on the loop of the link's connection.
 */
public interface DeliverySource {
    /**
     * Replaces what was said before, be it more or less. Since it counts from the beginning, it means the same however
     * much is on the way.
     *
     * @param handedOverMax deliveries may be handed over as long as fewer have been, ever, around 2^32; 0 at first
     */
    void limit(int handedOverMax);

    /**
     * Hands over what is there now, then makes what it has handed over its limit, and says
     * {@link DeliveryTarget#onDrained}.
     *
     * @param number not 0; comes back with the answer
     */
    void drain(int number);

    /** The limit stands again. An answer may be on its way already. */
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
