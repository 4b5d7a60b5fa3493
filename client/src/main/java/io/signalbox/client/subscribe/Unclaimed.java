package io.signalbox.client.subscribe;

import io.signalbox.time.TimeSource;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What came for subscriptions of an earlier process, before this one has made its own: it waits a while, unsettled.
 * Bounded by the connection's credit. Guarded by {@link Subscriptions}.
 */
final class Unclaimed {
    private static final long PATIENCE_MILLIS = 30_000;
    private static final int KEPT_MAX = 65_535;

    private final TimeSource time;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private record Waiting(Arrival arrival, long sinceMillis) {}

    Unclaimed(TimeSource time) {
        this.time = time;
    }

    /** At most once delivered and nobody there: it is gone. */
    void add(Arrival arrival) {
        if (arrival.settled()) {
            arrival.settling().accept();
        } else {
            waiting.addLast(new Waiting(arrival, time.millis()));
        }
    }

    /** Those that match, in their order. */
    List<Arrival> take(TopicFilter filter) {
        List<Arrival> found = new ArrayList<>();
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Arrival arrival = all.next().arrival;
            if (filter.matches(arrival.message().topic())) {
                found.add(arrival);
                all.remove();
            }
        }
        return found;
    }

    List<Arrival> old() {
        List<Arrival> found = new ArrayList<>();
        while (!waiting.isEmpty() && time.millis() - waiting.getFirst().sinceMillis >= PATIENCE_MILLIS) {
            found.add(waiting.removeFirst().arrival);
        }
        return found;
    }

    /** As {@link LocalSubscription#linkUp}. */
    void linkUp(boolean sessionPresent) {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        for (Waiting one : all) {
            if (!one.arrival.isUndecided()) {
                waiting.addLast(one);
            } else if (!sessionPresent && waiting.size() < KEPT_MAX) {
                waiting.addLast(new Waiting(one.arrival.kept(), one.sinceMillis));
            }
        }
    }
}
