package io.signalbox.transports.redis;

import io.signalbox.transports.delivery.Arrival;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Entries of a replay at a speed, that are here and not due. Bounded by the credit. Thread safe. */
final class Delayed {
    private record Due(long millis, long number, Arrival<Claim> arrival) {}

    private final PriorityQueue<Due> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Due::millis).thenComparingLong(Due::number));
    private long numbers;

    synchronized void add(long dueMillis, Arrival<Claim> arrival) {
        waiting.add(new Due(dueMillis, numbers++, arrival));
    }

    synchronized List<Arrival<Claim>> takeDue(long nowMillis) {
        List<Arrival<Claim>> due = new ArrayList<>();
        for (Due first = waiting.peek(); first != null && first.millis() <= nowMillis; first = waiting.peek()) {
            due.add(waiting.remove().arrival());
        }
        return due;
    }
}
