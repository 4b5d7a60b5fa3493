package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.delivery.DeliverySource;
import org.apache.qpid.protonj2.engine.Sender;

/**
 * From the credit of a client to what its source may hand over, and back when the client drains it (2.6.7). A drain that
 * the client takes back, that its credit ends, or that the socket holds up, is no longer waited for, and credit that has
 * come meanwhile counts. Owned by the connection's loop. Hot path.
 */
final class LinkCredit {
    private final Sender link;
    private final Peer peer;

    /** Of the source, and not handed over. */
    private int granted;

    /** Number of the last drain that the source was asked for. */
    private int drains;

    /** The source was asked, and has not answered. */
    private boolean draining;

    /** The source has no more; what waits for the client's window goes first. */
    private boolean drained;

    /** Since the last drain began, something was handed over that the client does not want. */
    private boolean passedOver;

    LinkCredit(Sender link, Peer peer) {
        this.link = link;
        this.peer = peer;
    }

    /** The client, or its socket, says how much it takes. */
    void onFlow(DeliverySource from, int waiting, int begun, int unsettled) {
        if (!link.isDraining()) {
            drained = false;
            cancelDrain(from);
        }
        drain(from);
        grant(from, waiting, begun, unsettled);
    }

    /** While the socket is full, what the source has cannot go: then it has not been drained. */
    private void drain(DeliverySource from) {
        if (!draining
                && link.isDraining()
                && link.getCredit() > 0
                && peer.channel().isWritable()) {
            draining = true;
            drained = false;
            passedOver = false;
            drains = drains == Integer.MAX_VALUE ? 1 : drains + 1;
            from.drain(drains);
        }
    }

    private void cancelDrain(DeliverySource from) {
        if (draining) {
            from.cancelDrain();
        }
        draining = false;
    }

    /**
     * What the client takes, and its socket, and the bound of what may be unsettled.
     *
     * @param begun 1 if a delivery is half sent, which uses its credit at its end; it is unsettled, and does not wait
     */
    void grant(DeliverySource from, int waiting, int begun, int unsettled) {
        if (drained) {
            return;
        }
        boolean writable = peer.channel().isWritable();
        if (!writable) {
            cancelDrain(from);
        }
        int room = Math.min(
                link.getCredit() - waiting - begun, peer.config().limits().unsettledMax() - unsettled - waiting);
        int wanted = writable ? Math.max(0, room) : 0;
        if (wanted > granted) {
            int more = wanted - granted;
            granted = wanted;
            from.grant(more);
        } else if (wanted == 0 && granted > 0) {
            granted = 0;
            from.revoke();
        }
    }

    void onHandedOver() {
        granted = Math.max(0, granted - 1);
    }

    /** What was handed over has been sent, or waits. */
    void afterHandOver(DeliverySource from, int waiting, int begun, int unsettled) {
        if (!peer.channel().isWritable()) {
            grant(from, waiting, begun, unsettled);
        } else if (!link.isDraining()) {
            cancelDrain(from); // the client's credit was used up
        }
    }

    void onPassedOver() {
        passedOver = true;
    }

    /** The source has answered a drain. @return whether there may be credit to hand out again */
    boolean onDrained(int number, int revoked) {
        granted = Math.max(0, granted - revoked);
        if (draining && number == drains) {
            draining = false;
            drained = !passedOver;
        }
        return !drained;
    }

    /** The client hears that it is drained, unless there is something to be sent first. */
    void tellDrained(boolean nothingWaits) {
        if (drained && nothingWaits) {
            drained = false;
            peer.guarded(link::drained);
        }
    }
}
