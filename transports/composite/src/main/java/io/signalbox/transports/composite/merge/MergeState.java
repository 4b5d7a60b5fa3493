package io.signalbox.transports.composite.merge;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
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
    private final IntSupplier idsMax;
    private int lastDeliveryId;

    /** Offers that the subscriber has: what counts against the credit. */
    int offered;

    /** The connection that this belongs to now. */
    @Nullable
    MergedSession owner;

    private long leftMillis;
    private Duration expiry = SessionOptions.NEVER;

    /** @param settledIdsMax how many settled ids are remembered now; at least 1 */
    public MergeState(IntSupplier settledIdsMax) {
        settled = new SettledIds(settledIdsMax);
        idsMax = settledIdsMax;
    }

    /** Its connection is gone, and this is how long it may stay. */
    void left(long nowMillis, Duration mayStay) {
        leftMillis = nowMillis;
        expiry = mayStay;
    }

    /**
     * Has its time run out? Each member notices by itself, sooner or later; in between the session would come back at
     * some and not at others.
     */
    public synchronized boolean over(long nowMillis) {
        return owner == null
                && leftMillis != 0
                && expiry.compareTo(SessionOptions.NEVER) < 0
                && nowMillis - leftMillis >= expiry.toMillis();
    }

    int freeDeliveryId() {
        if (byDeliveryId.size() == DELIVERY_IDS_MAX) {
            // No session has so much credit: some are kept for members that may never come back.
            byDeliveryId.values().removeIf(offer -> {
                boolean away = offer.state == Offer.State.AWAY;
                offer.deliveryId = away ? 0 : offer.deliveryId; // should it come after all, it gets another
                return away;
            });
        }
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
        int max = idsMax.getAsInt();
        if (byMessageId.size() > max) {
            Iterator<Offer> oldest = byMessageId.values().iterator();
            while (oldest.hasNext() && byMessageId.size() > max) {
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
