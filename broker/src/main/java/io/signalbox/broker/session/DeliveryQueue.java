package io.signalbox.broker.session;

import io.signalbox.message.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that wait for credit, highest priority first, in order of arrival within one. What comes back goes to
 * where it came from. Once a delivery with an ordering key has failed, later ones of its topic and key wait until it
 * has ended. Owned by the session's turn.
 */
final class DeliveryQueue {
    private static final Comparator<QueueEntry> FIRST =
            Comparator.<QueueEntry>comparingInt(e -> -e.priority).thenComparingLong(e -> e.order);

    private static final Comparator<QueueEntry> SOONEST = Comparator.comparingLong(e -> e.notBeforeMillis);

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final @Nullable ArrayDeque<QueueEntry>[] NO_LANES = new ArrayDeque[0];

    /** By priority. None until something was queued. */
    private @Nullable ArrayDeque<QueueEntry>[] lanes = NO_LANES;

    private Queue<QueueEntry> returned = NothingQueued.shared();
    private Queue<QueueEntry> delayed = NothingQueued.shared();
    private final HeldKeys keys = new HeldKeys();
    private int size;
    private long bytes;
    private int atMostOnce;
    private int past;
    private long pastBytes;

    /** All that waits, also what waits for a retry. */
    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /** Of them, those that are promised at most once. */
    int atMostOnce() {
        return atMostOnce;
    }

    /** Of them, those that came from the past. */
    int past() {
        return past;
    }

    long pastBytes() {
        return pastBytes;
    }

    void add(QueueEntry entry) {
        count(entry, 1);
        laneOf(entry).addLast(entry);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private ArrayDeque<QueueEntry> laneOf(QueueEntry entry) {
        if (lanes == NO_LANES) {
            lanes = new ArrayDeque[Message.PRIORITY_MAX + 1];
        }
        ArrayDeque<QueueEntry> lane = lanes[entry.priority];
        if (lane == null) {
            lane = new ArrayDeque<>(4);
            lanes[entry.priority] = lane;
        }
        return lane;
    }

    /** Puts back what was taken, to be offered again at once. */
    void putBack(QueueEntry entry) {
        count(entry, 1);
        comesBack(entry);
    }

    private void comesBack(QueueEntry entry) {
        returned = NothingQueued.own(returned, () -> new PriorityQueue<>(FIRST));
        returned.add(entry);
    }

    /** Puts back what was taken and failed, to be offered again at its time; its key waits until it has ended. */
    void delay(QueueEntry entry) {
        count(entry, 1);
        delayed = NothingQueued.own(delayed, () -> new PriorityQueue<>(SOONEST));
        delayed.add(entry);
        keys.hold(entry);
    }

    /** What of the delayed has its time by now comes back to the front. */
    void wake(long nowMillis) {
        QueueEntry head;
        while ((head = delayed.peek()) != null && head.notBeforeMillis <= nowMillis) {
            delayed.poll();
            head.notBeforeMillis = 0;
            comesBack(head);
        }
    }

    /** 0: nothing is delayed. */
    long nextWakeMillis() {
        QueueEntry head = delayed.peek();
        return head == null ? 0 : head.notBeforeMillis;
    }

    /** It left the queue for good, and no longer holds up its key. */
    void ended(QueueEntry entry) {
        if (entry.orderingKey != null) {
            keys.ended(entry, this::comesBack);
        }
    }

    /** The next to deliver, left in place; null: none may go now. */
    @Nullable
    QueueEntry peek() {
        QueueEntry next = first();
        while (next != null && next.orderingKey != null && keys.park(next)) {
            removeFirst(next);
            next = first();
        }
        return next;
    }

    /** @param head what {@link #peek} gave */
    void take(QueueEntry head) {
        removeFirst(head);
        count(head, -1);
    }

    private @Nullable QueueEntry first() {
        QueueEntry best = returned.peek();
        for (int priority = lanes.length - 1; priority >= 0; priority--) {
            ArrayDeque<QueueEntry> lane = lanes[priority];
            QueueEntry head = lane == null ? null : lane.peekFirst();
            if (head != null) {
                return best == null || FIRST.compare(head, best) < 0 ? head : best;
            }
        }
        return best;
    }

    private void removeFirst(QueueEntry head) {
        if (returned.peek() == head) {
            returned.poll();
            return;
        }
        ArrayDeque<QueueEntry> lane = lanes[head.priority];
        if (lane == null || lane.pollFirst() != head) {
            throw new IllegalStateException("took a delivery that is not the first");
        }
    }

    private void count(QueueEntry entry, int sign) {
        size += sign;
        bytes += (long) sign * entry.bytes;
        atMostOnce += entry.atMostOnce ? sign : 0;
        if (entry.past) {
            past += sign;
            pastBytes += (long) sign * entry.bytes;
        }
    }

    /** The one that waits longest in the lowest priority, taken out; null: there is none but of the past. */
    @Nullable
    QueueEntry takeOldest() {
        QueueEntry oldest = null;
        for (int priority = 0; oldest == null && priority < lanes.length; priority++) {
            oldest = takeLive(lanes[priority]);
        }
        oldest = oldest == null ? takeLive(returned) : oldest;
        oldest = oldest == null ? takeLive(delayed) : oldest;
        oldest = oldest == null ? keys.takeOne() : oldest;
        if (oldest != null) {
            count(oldest, -1);
        }
        return oldest;
    }

    private static @Nullable QueueEntry takeLive(@Nullable Queue<QueueEntry> from) {
        QueueEntry head = from == null ? null : from.peek();
        if (from == null || head == null || !head.past) {
            return from == null ? null : from.poll();
        }
        for (Iterator<QueueEntry> all = from.iterator(); all.hasNext(); ) {
            QueueEntry entry = all.next();
            if (!entry.past) {
                all.remove();
                return entry;
            }
        }
        return null;
    }

    /** Takes out all that match, in no particular order. */
    void removeIf(Predicate<QueueEntry> condition, Consumer<QueueEntry> removed) {
        List<QueueEntry> out = new ArrayList<>();
        for (ArrayDeque<QueueEntry> lane : lanes) {
            takeOut(lane, condition, out);
        }
        takeOut(returned, condition, out);
        takeOut(delayed, condition, out);
        keys.forEachList(waiting -> takeOut(waiting, condition, out));
        for (QueueEntry entry : out) {
            count(entry, -1);
            removed.accept(entry);
        }
    }

    private static void takeOut(
            @Nullable Collection<QueueEntry> from, Predicate<QueueEntry> condition, List<QueueEntry> out) {
        if (from != null && !from.isEmpty()) {
            from.removeIf(entry -> condition.test(entry) && out.add(entry));
        }
    }

    void forEach(Consumer<QueueEntry> action) {
        returned.stream().sorted(FIRST).forEach(action);
        for (int priority = lanes.length - 1; priority >= 0; priority--) {
            ArrayDeque<QueueEntry> lane = lanes[priority];
            if (lane != null) {
                lane.forEach(action);
            }
        }
        keys.forEachList(waiting -> waiting.forEach(action));
        delayed.forEach(action);
    }

    /** Epoch milliseconds; 0: nothing here expires. */
    long earliestExpiryMillis() {
        long[] earliest = {0};
        forEach(e -> {
            if (e.expiresAtMillis > 0 && (earliest[0] == 0 || e.expiresAtMillis < earliest[0])) {
                earliest[0] = e.expiresAtMillis;
            }
        });
        return earliest[0];
    }

    /** The next ones in the order of delivery that gave up their message, at most so many. */
    List<QueueEntry> withoutMessage(int limit) {
        List<QueueEntry> list = new ArrayList<>();
        returned.stream()
                .filter(e -> e.message == null)
                .sorted(FIRST)
                .limit(limit)
                .forEach(list::add);
        for (int priority = lanes.length - 1; priority >= 0; priority--) {
            ArrayDeque<QueueEntry> lane = lanes[priority];
            if (lane == null) {
                continue;
            }
            int looked = 0;
            for (QueueEntry entry : lane) {
                if (list.size() >= limit || ++looked > 4 * limit) {
                    break;
                }
                if (entry.message == null) {
                    list.add(entry);
                }
            }
        }
        return list;
    }
}
