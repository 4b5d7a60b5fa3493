package io.signalbox.broker.session;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that wait for credit, highest priority first, in order of arrival within one. What comes back goes to
 * where it came from. While a delivery with an ordering key waits for its retry, later ones of its topic and key wait
 * behind it. Owned by the session's turn.
 */
final class DeliveryQueue {
    private static final Comparator<QueueEntry> FIRST =
            Comparator.<QueueEntry>comparingInt(e -> -e.priority).thenComparingLong(e -> e.order);

    private static final Comparator<QueueEntry> SOONEST = Comparator.comparingLong(e -> e.notBeforeMillis);

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final @Nullable ArrayDeque<QueueEntry>[] lanes = new ArrayDeque[Message.PRIORITY_MAX + 1];

    private final PriorityQueue<QueueEntry> returned = new PriorityQueue<>(1, FIRST);
    private final PriorityQueue<QueueEntry> delayed =
            new PriorityQueue<>(1, SOONEST);
    private @Nullable Set<Key> parkedKeys;
    private @Nullable Map<Key, List<QueueEntry>> parked;
    private int size;
    private long bytes;

    private record Key(Topic topic, String orderingKey) {}

    /** All that waits, also what waits for a retry. */
    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    void add(QueueEntry entry) {
        count(entry, 1);
        ArrayDeque<QueueEntry> lane = lanes[entry.priority];
        if (lane == null) {
            lane = new ArrayDeque<>(4);
            lanes[entry.priority] = lane;
        }
        lane.addLast(entry);
    }

    /** Puts back what was taken, to be offered again at once. */
    void putBack(QueueEntry entry) {
        count(entry, 1);
        unpark(entry);
        returned.add(entry);
    }

    /** Puts back what was taken, to be offered again at its time; its key waits for it. */
    void delay(QueueEntry entry) {
        count(entry, 1);
        delayed.add(entry);
        Key key = keyOf(entry);
        if (key != null) {
            if (parkedKeys == null) {
                parkedKeys = new HashSet<>();
            }
            parkedKeys.add(key);
        }
    }

    /** What of the delayed has its time by now comes back to the front. */
    void wake(long nowMillis) {
        QueueEntry head;
        while ((head = delayed.peek()) != null && head.notBeforeMillis <= nowMillis) {
            delayed.poll();
            head.notBeforeMillis = 0;
            unpark(head);
            returned.add(head);
        }
    }

    /** 0: nothing is delayed. */
    long nextWakeMillis() {
        QueueEntry head = delayed.peek();
        return head == null ? 0 : head.notBeforeMillis;
    }

    /** A delayed one that ended otherwise, or came back, no longer holds up its key. */
    void unpark(QueueEntry entry) {
        Key key = parkedKeys == null ? null : keyOf(entry);
        if (key == null || parkedKeys == null || !parkedKeys.remove(key) || parked == null) {
            return;
        }
        List<QueueEntry> waiting = parked.remove(key);
        if (waiting != null) {
            returned.addAll(waiting);
        }
    }

    private static @Nullable Key keyOf(QueueEntry entry) {
        return entry.orderingKey == null ? null : new Key(entry.topic.topic(), entry.orderingKey);
    }

    /** The next to deliver, left in place; null: none may go now. */
    @Nullable
    QueueEntry peek() {
        while (true) {
            QueueEntry next = first();
            Key key = next == null || parkedKeys == null || parkedKeys.isEmpty() ? null : keyOf(next);
            if (next == null || key == null || parkedKeys == null || !parkedKeys.contains(key)) {
                return next;
            }
            removeFirst(next);
            if (parked == null) {
                parked = new HashMap<>();
            }
            parked.computeIfAbsent(key, k -> new ArrayList<>()).add(next);
        }
    }

    /** @param head what {@link #peek} gave */
    void take(QueueEntry head) {
        removeFirst(head);
        count(head, -1);
    }

    private @Nullable QueueEntry first() {
        QueueEntry best = returned.peek();
        for (int priority = Message.PRIORITY_MAX; priority >= 0; priority--) {
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
    }

    /** The one that waits longest in the lowest priority, taken out; null: the queue is empty. */
    @Nullable
    QueueEntry takeOldest() {
        for (ArrayDeque<QueueEntry> lane : lanes) {
            QueueEntry oldest = lane == null ? null : lane.pollFirst();
            if (oldest != null) {
                count(oldest, -1);
                return oldest;
            }
        }
        QueueEntry back = returned.poll();
        if (back == null) {
            back = delayed.poll();
            if (back != null) {
                unpark(back);
            }
        }
        if (back != null) {
            count(back, -1);
        }
        return back;
    }

    /** Takes out all that match, in no particular order. */
    void removeIf(Predicate<QueueEntry> condition, Consumer<QueueEntry> removed) {
        for (ArrayDeque<QueueEntry> lane : lanes) {
            removeIf(lane == null ? null : lane.iterator(), condition, removed);
        }
        removeIf(returned.iterator(), condition, removed);
        List<QueueEntry> freed = new ArrayList<>();
        removeIf(delayed.iterator(), condition, freed::add);
        freed.forEach(this::unpark);
        freed.forEach(removed);
        if (parked != null) {
            parked.values().forEach(list -> removeIf(list.iterator(), condition, removed));
        }
    }

    private void removeIf(
            @Nullable Iterator<QueueEntry> entries, Predicate<QueueEntry> condition, Consumer<QueueEntry> removed) {
        while (entries != null && entries.hasNext()) {
            QueueEntry entry = entries.next();
            if (condition.test(entry)) {
                entries.remove();
                count(entry, -1);
                removed.accept(entry);
            }
        }
    }

    void forEach(Consumer<QueueEntry> action) {
        returned.stream().sorted(FIRST).forEach(action);
        for (int priority = Message.PRIORITY_MAX; priority >= 0; priority--) {
            ArrayDeque<QueueEntry> lane = lanes[priority];
            if (lane != null) {
                lane.forEach(action);
            }
        }
        if (parked != null) {
            parked.values().forEach(list -> list.forEach(action));
        }
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
        for (int priority = Message.PRIORITY_MAX; priority >= 0; priority--) {
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
