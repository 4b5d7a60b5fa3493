package io.signalbox.transports.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were offered and come again, and those that wait behind one of their ordering key: a failed message
 * parks its key until its delay is over. Guarded by the mailbox.
 */
final class Waiting<H> {
    private final TreeMap<Long, Arrival<H>> due = new TreeMap<>();
    private final PriorityQueue<Arrival<H>> delayed = new PriorityQueue<>(
            Comparator.<Arrival<H>>comparingLong(a -> a.notBeforeMillis).thenComparingLong(a -> a.number));
    private final Map<String, Parked<H>> parked = new HashMap<>();

    /** How many of a key are delayed, and who waits behind them. */
    private static final class Parked<H> {
        int delayed;
        final ArrayDeque<Arrival<H>> behind = new ArrayDeque<>();
    }

    void now(Arrival<H> arrival) {
        due.put(arrival.number, arrival);
    }

    void later(Arrival<H> arrival) {
        delayed.add(arrival);
        String lane = arrival.lane();
        if (lane != null) {
            parked.computeIfAbsent(lane, key -> new Parked<>()).delayed++;
        }
    }

    /** @return true if something is due */
    boolean wake(long nowMillis) {
        for (Arrival<H> first = delayed.peek();
                first != null && first.notBeforeMillis <= nowMillis;
                first = delayed.peek()) {
            delayed.poll();
            now(first);
            unpark(first);
        }
        return !due.isEmpty();
    }

    private void unpark(Arrival<H> arrival) {
        String lane = arrival.lane();
        Parked<H> key = lane == null ? null : parked.get(lane);
        if (key != null && --key.delayed == 0) {
            parked.remove(lane);
            key.behind.forEach(this::now);
        }
    }

    /** The oldest that may be offered again. */
    @Nullable
    Arrival<H> next() {
        while (!due.isEmpty()) {
            Arrival<H> first = due.pollFirstEntry().getValue();
            if (!parks(first)) {
                return first;
            }
        }
        return null;
    }

    /** Takes the message if one of its key is delayed. */
    boolean parks(Arrival<H> arrival) {
        if (parked.isEmpty()) {
            return false;
        }
        String lane = arrival.lane();
        Parked<H> key = lane == null ? null : parked.get(lane);
        return key != null && key.behind.add(arrival);
    }

    /** Empties it. */
    List<Arrival<H>> takeAll() {
        List<Arrival<H>> all = new ArrayList<>(due.values());
        all.addAll(delayed);
        parked.values().forEach(key -> all.addAll(key.behind));
        due.clear();
        delayed.clear();
        parked.clear();
        return all;
    }
}
