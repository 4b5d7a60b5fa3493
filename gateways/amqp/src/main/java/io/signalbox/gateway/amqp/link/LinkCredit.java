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

    /** Handed over by the source, around 2^32. */
    private int received;

    /** Of the source, as it was told last: how much it may have handed over. */
    private int limit;

    /** It may have another limit by now. */
    private boolean unsure;

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

    /**
     * How much more may come: what the client takes, and its socket, and the bound of what may be unsettled.
     *
     * @param begun 1 if a delivery is half sent, which uses its credit at its end; it is unsettled, and does not wait
     */
    int room(int waiting, int begun, int unsettled) {
        if (!peer.channel().isWritable()) {
            return 0;
        }
        int byCredit = link.getCredit() - waiting - begun;
        int byBound = peer.config().limits().unsettledMax() - unsettled - waiting;
        return Math.max(0, Math.min(byCredit, byBound));
    }

    /** The client, or its socket, says how much it takes. */
    void onFlow(DeliverySource from, int room) {
        if (!link.isDraining()) {
            drained = false;
            cancelDrain(from);
        }
        limit(from, room); // first: the drain is for this credit
        drain(from);
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

    /** The source hears it if that has changed. More credit during a drain waits for its answer. */
    void limit(DeliverySource from, int room) {
        if (drained) {
            return;
        }
        if (!peer.channel().isWritable()) {
            cancelDrain(from);
        }
        int wanted = received + room;
        if (draining && wanted - limit > 0) {
            return;
        }
        if (unsure || wanted != limit) {
            unsure = false;
            limit = wanted;
            from.limit(wanted);
        }
    }

    void onHandedOver() {
        received++;
    }

    /** What was handed over has been sent, or waits. */
    void afterHandOver(DeliverySource from, int room) {
        if (!peer.channel().isWritable()) {
            limit(from, room);
        } else if (!link.isDraining()) {
            cancelDrain(from); // the client's credit was used up
        }
    }

    void onPassedOver() {
        passedOver = true;
    }

    /** The source has answered a drain. @return whether there may be credit to hand out again */
    boolean onDrained(int number, int room) {
        unsure = true;
        if (draining && number == drains) {
            draining = false;
            drained = !passedOver && room <= limit - received; // or more has come meanwhile
            if (drained) {
                limit = received; // which is what the source has now
                unsure = false;
            }
        }
        return !drained;
    }

    /** The client hears that it is drained, unless there is something to be sent first. */
    void tellDrained(boolean nothingWaits) {
        if (drained && nothingWaits) {
            drained = false;
            if (link.getCredit() > 0) { // below: the engine would turn the delivery count back
                peer.guarded(link::drained);
            }
        }
    }
}
