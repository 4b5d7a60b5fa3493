package io.signalbox.gateway.amqp.link;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one session that are under way to the client and not settled, in the order of their ids: these count
 * up, around 2^32, so that the difference of two says which came first. Owned by the connection's loop. Hot path.
 */
final class UnsettledDeliveries {
    private static final int CAPACITY_MIN = 64;

    /** From {@link #from} to {@link #to}. */
    private int[] ids = new int[CAPACITY_MIN];

    /** Null: it is settled, and still in the way. */
    private @Nullable Sent[] sent = new Sent[CAPACITY_MIN];

    private int from;
    private int to;

    /**
     * @param id the session's number of it (2.6.12)
     * @param deliveryId its source's
     */
    record Sent(Unsettled.Owner owner, int id, int deliveryId) {}

    /** @param one its id is later than that of any that was added before */
    void add(Sent one) {
        if (to == ids.length) {
            makeRoom();
        }
        ids[to] = one.id;
        sent[to++] = one;
    }

    /** What owners that are gone had is nobody's. */
    private void makeRoom() {
        int live = 0;
        for (int i = from; i < to; i++) {
            live += isLive(sent[i]) ? 1 : 0;
        }
        int capacity = Math.max(CAPACITY_MIN, 2 * live);
        int[] keptIds = new int[capacity];
        @Nullable Sent[] kept = new Sent[capacity];
        int at = 0;
        for (int i = from; i < to; i++) {
            if (isLive(sent[i])) {
                keptIds[at] = ids[i];
                kept[at++] = sent[i];
            }
        }
        ids = keptIds;
        sent = kept;
        from = 0;
        to = at;
    }

    private static boolean isLive(@Nullable Sent one) {
        return one != null && !one.owner.isClosed();
    }

    boolean isUnderWay(int id) {
        int at = place(id);
        return at < to && ids[at] == id && isLive(sent[at]);
    }

    /** @param removed gets those from the first to the last that are under way, in their order */
    void remove(int first, int last, List<Sent> removed) {
        for (int i = place(first); i < to && ids[i] - last <= 0; i++) {
            Sent one = sent[i];
            if (one != null && !one.owner.isClosed()) {
                removed.add(one);
            }
            sent[i] = null;
        }
        while (from < to && sent[from] == null) {
            from++;
        }
        if (from == to) {
            from = 0;
            to = 0;
        }
    }

    void clear() {
        Arrays.fill(sent, null);
        from = 0;
        to = 0;
    }

    /** The first that is not before it. */
    private int place(int id) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ids[middle] - id < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
