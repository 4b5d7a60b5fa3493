package io.signalbox.transports.remote.wire;

import io.signalbox.message.Message;

/**
 * A PUBLISH that came.
 *
 * @param packetId by which it is settled; 0: it needs none
 * @param sequence the message's number in the server's log; 0: it is not there
 * @param again it may have come before (DUP)
 * @param retainFlag of the packet
 * @param fromRetained sent because of the subscription
 */
public record Delivery(
        WireLink link,
        int packetId,
        long sequence,
        Message message,
        int[] subscriptionIds,
        boolean again,
        boolean retainFlag,
        boolean fromRetained) {}
