package io.signalbox.gateway.amqp.link;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one session that are under way to the client and not settled, in the order of their ids. These count
 * up, around 2^32; here they are numbers that do not, since a client may keep an old one for as long as it likes. Owned by
 * the connection's loop. Hot path.
 */
final class UnsettledDeliveries {
    private static final int CAPACITY_MIN = 64;

    /** Larger arrays are let go when they are empty. */
    private static final int KEPT_MAX = 8_192;

    /** From {@link #from} to {@link #to}. */
    private long[] numbers = new long[CAPACITY_MIN];

    /** Null: it is settled, and still in the way. */
    private @Nullable Sent[] sent = new Sent[CAPACITY_MIN];

    private int from;
    private int to;

    /** Between them, of those that are settled. */
    private int holes;

    /** Number of what was added last. */
    private long latest = -1;

    /**
     * @param id the session's number of it (2.6.12)
     * @param deliveryId its source's
     */
    record Sent(Unsettled.Recipient recipient, int id, int deliveryId) {}

    /** @param one its id is later than that of any that was added before */
    void add(Sent one) {
        latest += Integer.toUnsignedLong(one.id - (int) latest);
        if (to == numbers.length) {
            makeRoom();
        }
        numbers[to] = latest;
        sent[to++] = one;
    }

    /** Ids speak of the past: the latest number that ends with these bits. */
    private long number(int id) {
        return latest - Integer.toUnsignedLong((int) latest - id);
    }

    /** What links that are gone had is nobody's. */
    private void makeRoom() {
        int live = 0;
        for (int i = from; i < to; i++) {
            live += isLive(sent[i]) ? 1 : 0;
        }
        int capacity = Math.max(CAPACITY_MIN, 2 * live);
        long[] keptNumbers = new long[capacity];
        @Nullable Sent[] kept = new Sent[capacity];
        int at = 0;
        for (int i = from; i < to; i++) {
            if (isLive(sent[i])) {
                keptNumbers[at] = numbers[i];
                kept[at++] = sent[i];
            }
        }
        numbers = keptNumbers;
        sent = kept;
        from = 0;
        to = at;
        holes = 0;
    }

    private static boolean isLive(@Nullable Sent one) {
        return one != null && one.recipient.owner() != null;
    }

    boolean isUnderWay(int id) {
        long number = number(id);
        int at = place(number);
        return at < to && numbers[at] == number && isLive(sent[at]);
    }

    /** @param removed gets those from the first to the last that are under way, in their order */
    void remove(int first, int last, List<Sent> removed) {
        int span = last - first;
        if (span < 0) {
            return; // the last is before the first (RFC 1982)
        }
        long begin = number(first);
        long end = begin + span;
        for (int i = place(begin); i < to && numbers[i] <= end; i++) {
            Sent one = sent[i];
            if (one != null) {
                if (isLive(one)) {
                    removed.add(one);
                }
                sent[i] = null;
                holes++;
            }
        }
        trim();
    }

    private void trim() {
        while (from < to && sent[from] == null) {
            from++;
            holes--;
        }
        while (to > from && sent[to - 1] == null) {
            to--;
            holes--;
        }
        if (from == to) {
            clear();
        } else if (holes > CAPACITY_MIN && holes > (to - from) / 2) {
            makeRoom(); // or each look would pass them all
        }
    }

    void clear() {
        if (numbers.length > KEPT_MAX) {
            numbers = new long[CAPACITY_MIN];
            sent = new Sent[CAPACITY_MIN];
        } else {
            Arrays.fill(sent, from, to, null);
        }
        from = 0;
        to = 0;
        holes = 0;
    }

    /** The first that is not before it. */
    private int place(long number) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (numbers[middle] < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
