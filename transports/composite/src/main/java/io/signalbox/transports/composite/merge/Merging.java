package io.signalbox.transports.composite.merge;

import io.signalbox.transport.Settlement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a member's delivery: offered, kept as a copy, or settled at once because the session is done
 * with the message. The caller holds the state's monitor and is on the lane.
 *
 * <pre>
 * the message is        and the copy comes from   then
 * unknown               any                       it is offered
 * settled               any                       the copy is accepted
 * settled               one that brought it       a message of its own: the member had two reasons to deliver it
 * waiting, offered      any                       the copy is kept, and settled with the message; it is offered again
 *                                                 if it failed meanwhile (an ack timeout)
 * given back            any                       it is offered again; a copy that failed less often fails first, and
 *                                                 one that was not released for later is
 * away                  any                       it is offered again under its id
 * </pre>
 */
final class Merging {
    private static final Settlement CATCH_UP = new Settlement.Modified(Duration.ZERO, "failed as another copy of it");

    private final MergeState state;
    private final int members;
    private final int creditMax;
    private final MemberSettling settling;
    private final Offering offering;

    /** Settles a copy at its member. */
    interface MemberSettling {
        void settle(int member, int deliveryId, Settlement settlement);
    }

    /** Hands an offer to the subscriber. */
    interface Offering {
        void offer(Offer offer, int deliveryId, boolean redelivered);
    }

    Merging(MergeState state, int members, int creditMax, MemberSettling settling, Offering offering) {
        this.state = state;
        this.members = members;
        this.creditMax = creditMax;
        this.settling = settling;
        this.offering = offering;
    }

    void arrived(int member, Arrival arrival) {
        String id = arrival.message().properties().id();
        if (id == null) {
            Offer returning = arrival.redelivered() ? state.returning(member, arrival.deliveryId()) : null;
            enter(returning == null ? fresh(null, arrival) : returning, member, arrival);
        } else if (!arrival.redelivered() && state.settled.broughtBy(id, member)) {
            enter(fresh(null, arrival), member, arrival); // by another of its subscriptions, or published twice
        } else if (state.settled.contains(id)) {
            state.settled.add(id, 1L << member);
            if (arrival.needsSettling()) {
                settling.settle(member, arrival.deliveryId(), Settlement.ACCEPTED);
            }
        } else {
            arrived(id, member, arrival);
        }
    }

    private void arrived(String id, int member, Arrival arrival) {
        Offer offer = state.byMessageId.get(id);
        if (offer == null) {
            offer = fresh(id, arrival);
            if (offer.needsSettling()) {
                state.byMessageId.put(id, offer);
            }
            enter(offer, member, arrival);
            return;
        }
        switch (offer.state) {
            case WAITING, OFFERED -> copy(offer, member, arrival);
            case GIVEN_BACK -> {
                if (arrival.deliveryCount() < offer.failures) {
                    settling.settle(member, arrival.deliveryId(), CATCH_UP);
                } else if (offer.later != null && (offer.releasedMembers & 1L << member) == 0) {
                    offer.releasedMembers |= 1L << member;
                    settling.settle(member, arrival.deliveryId(), offer.later);
                } else {
                    enter(offer, member, arrival);
                }
            }
            case AWAY -> enter(offer, member, arrival);
        }
    }

    private Offer fresh(@Nullable String id, Arrival arrival) {
        return new Offer(id, arrival.message(), arrival.match(), arrival.fromRetained(), members);
    }

    private void copy(Offer offer, int member, Arrival arrival) {
        if (offer.copies[member] != 0 && !arrival.redelivered()) {
            enter(fresh(null, arrival), member, arrival);
            return;
        }
        offer.copies[member] = arrival.deliveryId();
        // The other members' copies time out too; the first to fail is the one that counts.
        if (arrival.deliveryCount() > offer.deliveryCount) {
            offer.deliveryCount = arrival.deliveryCount();
            if (offer.state == Offer.State.OFFERED) {
                offering.offer(offer, offer.deliveryId, true);
            }
        }
    }

    private void enter(Offer offer, int member, Arrival arrival) {
        offer.copies[member] = arrival.deliveryId();
        offer.deliveryCount = Math.max(offer.deliveryCount, arrival.deliveryCount());
        offer.offeredBefore |= arrival.redelivered();
        if (!offer.needsSettling()) {
            if (offer.id != null) {
                state.settled.add(offer.id, 1L << member);
            }
            offering.offer(offer, 0, false);
        } else if (offer.deliveryId != 0 || (state.waiting.isEmpty() && state.offered < creditMax)) {
            offer(offer);
        } else {
            offer.state = Offer.State.WAITING;
            state.waiting.addLast(offer);
        }
    }

    private void offer(Offer offer) {
        if (offer.deliveryId == 0) {
            offer.deliveryId = state.freeDeliveryId();
            state.byDeliveryId.put(offer.deliveryId, offer);
        }
        offer.state = Offer.State.OFFERED;
        offer.later = null;
        state.offered++;
        boolean redelivered = offer.offeredBefore;
        offer.offeredBefore = true;
        offering.offer(offer, offer.deliveryId, redelivered);
    }

    void settle(int deliveryId, Settlement settlement) {
        Offer offer = state.byDeliveryId.get(deliveryId);
        if (offer == null || offer.state != Offer.State.OFFERED) {
            return;
        }
        int[] copies = offer.copies.clone();
        switch (settlement) {
            case Settlement.Accepted accepted -> state.done(offer);
            case Settlement.Rejected rejected -> state.done(offer);
            case Settlement.Released released -> {
                offer.release(released);
                state.givenBack(offer);
            }
            case Settlement.Modified modified -> {
                offer.failures++;
                state.givenBack(offer);
            }
        }
        offer.forgetCopies();
        if (settlement instanceof Settlement.Rejected rejected) {
            rejectOne(copies, rejected);
        } else {
            settleAll(copies, settlement);
        }
        fill();
    }

    private void settleAll(int[] copies, Settlement settlement) {
        for (int member = 0; member < copies.length; member++) {
            if (copies[member] != 0) {
                settling.settle(member, copies[member], settlement);
            }
        }
    }

    /** One dead letter is enough: the first member keeps it, the others are done. */
    private void rejectOne(int[] copies, Settlement.Rejected rejected) {
        Settlement next = rejected;
        for (int member = 0; member < copies.length; member++) {
            if (copies[member] != 0) {
                settling.settle(member, copies[member], next);
                next = Settlement.ACCEPTED;
            }
        }
    }

    /** Credit is free: what waits may go. */
    private void fill() {
        @Nullable Offer next;
        while (state.offered < creditMax && (next = state.waiting.pollFirst()) != null) {
            offer(next);
        }
    }

    /** A member's connection ended: its copies are gone, and come again if it returns. */
    void memberGone(int member) {
        state.byDeliveryId.values().forEach(offer -> offer.copies[member] = 0);
        state.waiting.forEach(offer -> offer.copies[member] = 0);
    }
}
