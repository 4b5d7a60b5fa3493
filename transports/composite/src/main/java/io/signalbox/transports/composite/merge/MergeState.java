package io.signalbox.transports.composite.merge;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a merged session knows beyond its connection, as long as the process lives: which messages are unsettled under
 * which id, and which were settled. Its monitor guards all of it, offers included; it passes from one connection's lane
 * to the next.
 */
public final class MergeState {
    private static final int DELIVERY_IDS_MAX = 65_535;

    /** Messages by their id; those without one cannot have copies. */
    final Map<String, Offer> byMessageId = new LinkedHashMap<>();

    /** What has a delivery id, by it. */
    final Map<Integer, Offer> byDeliveryId = new LinkedHashMap<>();

    /** Here, but beyond the session's credit. Bounded by the credit that the members were given. */
    final Deque<Offer> waiting = new ArrayDeque<>();

    /** Without an id, by member and the member's delivery id; filled while away alone. */
    private final Map<Long, Offer> awayByCopy = new HashMap<>();

    final Map<Session.Target, FilterSpec> subscriptions = new LinkedHashMap<>();
    final SettledIds settled;
    private final int idsMax;
    private int lastDeliveryId;

    /** Offers that the subscriber has: what counts against the credit. */
    int offered;

    /** The connection that this belongs to now. */
    @Nullable
    MergedSession owner;

    public MergeState(int settledIdsMax) {
        settled = new SettledIds(settledIdsMax);
        idsMax = settledIdsMax;
    }

    int freeDeliveryId() {
        do {
            lastDeliveryId = lastDeliveryId % DELIVERY_IDS_MAX + 1;
        } while (byDeliveryId.containsKey(lastDeliveryId));
        return lastDeliveryId;
    }

    /** The session is done with it, for good. */
    void done(Offer offer) {
        offered--;
        byDeliveryId.remove(offer.deliveryId);
        if (offer.id != null) {
            byMessageId.remove(offer.id);
            settled.add(offer.id, offer.copyMembers());
        }
    }

    /** What a member offers again under the id it had before the connection was lost; null if that is not known. */
    @Nullable
    Offer returning(int member, int memberDeliveryId) {
        return awayByCopy.remove(copy(member, memberDeliveryId));
    }

    private static long copy(int member, int memberDeliveryId) {
        return (long) member << 16 | memberDeliveryId;
    }

    /** The subscriber gave it back; a member that keeps it as a dead letter never brings it again. */
    void givenBack(Offer offer) {
        offered--;
        byDeliveryId.remove(offer.deliveryId);
        offer.deliveryId = 0;
        offer.state = Offer.State.GIVEN_BACK;
        if (byMessageId.size() > idsMax) {
            Iterator<Offer> oldest = byMessageId.values().iterator();
            while (oldest.hasNext() && byMessageId.size() > idsMax) {
                if (oldest.next().state == Offer.State.GIVEN_BACK) {
                    oldest.remove();
                }
            }
        }
    }

    /** An earlier session of this name was not resumed: nothing of it is known any more. */
    synchronized void forget() {
        byMessageId.clear();
        byDeliveryId.clear();
        waiting.clear();
        awayByCopy.clear();
        subscriptions.clear();
        offered = 0;
    }

    /** The connection is gone: whatever is unsettled comes again, under its id. */
    void away() {
        for (Offer offer : waiting) {
            if (offer.id != null) {
                byMessageId.remove(offer.id);
            }
        }
        waiting.clear();
        // Those that were away before and did not come back are gone, expired for one.
        awayByCopy.clear();
        byDeliveryId.values().removeIf(offer -> offer.state == Offer.State.AWAY);
        byMessageId.values().removeIf(offer -> offer.state == Offer.State.AWAY);
        offered = 0;
        for (Offer offer : byDeliveryId.values()) {
            offer.state = Offer.State.AWAY;
            for (int member = 0; offer.id == null && member < offer.copies.length; member++) {
                if (offer.copies[member] != 0) {
                    awayByCopy.put(copy(member, offer.copies[member]), offer);
                }
            }
            offer.forgetCopies();
        }
    }
}
