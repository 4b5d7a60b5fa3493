package io.signalbox.transports.composite.merge;

import io.signalbox.transport.Subscriber;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a merged session's subscriber is to be handed next. It is never called with the state's monitor held: one that
 * hangs must not keep the session from being taken over, nor whoever opens it. One that settles what it is handed at once
 * is called for the next afterwards, not within.
 *
 * <p>The queue is guarded by the state's monitor; {@link #handOver} is called on the lane.
 */
final class Offers implements Merging.Offering {
    private final MergeState state;
    private final Subscriber subscriber;
    private final BooleanSupplier here;
    private final Deque<Next> queue = new ArrayDeque<>(); // bounded by the credit
    private boolean handing;

    private record Next(Offer offer, int deliveryId, boolean redelivered) {
        /** It may have been settled since, if it was to be offered again. */
        boolean isMeant() {
            return deliveryId == 0 || (offer.state == Offer.State.OFFERED && offer.deliveryId == deliveryId);
        }
    }

    /** @param here asked with the monitor held: is the session still this subscriber's? */
    Offers(MergeState state, Subscriber subscriber, BooleanSupplier here) {
        this.state = state;
        this.subscriber = subscriber;
        this.here = here;
    }

    @Override
    public void offer(Offer offer, int deliveryId, boolean redelivered) {
        queue.addLast(new Next(offer, deliveryId, redelivered));
    }

    void handOver() {
        if (handing) {
            return; // whoever hands over looks again
        }
        handing = true;
        try {
            for (Next next = next(); next != null; next = next()) {
                Offer offer = next.offer;
                subscriber.onDelivery(
                        next.deliveryId,
                        offer.message,
                        offer.match,
                        offer.deliveryCount,
                        next.redelivered,
                        offer.fromRetained);
            }
        } finally {
            handing = false;
        }
    }

    private @Nullable Next next() {
        synchronized (state) {
            if (!here.getAsBoolean()) {
                queue.clear();
                return null;
            }
            Next next = queue.pollFirst();
            while (next != null && !next.isMeant()) {
                next = queue.pollFirst();
            }
            return next;
        }
    }
}
