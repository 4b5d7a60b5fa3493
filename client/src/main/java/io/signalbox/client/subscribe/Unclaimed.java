package io.signalbox.client.subscribe;

import io.signalbox.time.TimeSource;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What came for subscriptions of an earlier process, before this one has made its own: it waits, unsettled, until this
 * one had time for that. Afterwards nothing does: the server takes acknowledgements in order, so that one that waits
 * holds up all that came behind it. Bounded by the connection's credit. Guarded by {@link Subscriptions}.
 */
final class Unclaimed {
    private static final long PATIENCE_MILLIS = 30_000;
    private static final int KEPT_MAX = 65_535;

    private final TimeSource time;
    private ArrayDeque<Arrival> waiting = new ArrayDeque<>();

    /** Of the first connection; negative: there was none. */
    private long sinceMillis = -1;

    Unclaimed(TimeSource time) {
        this.time = time;
    }

    /** @return false: it is to be rejected */
    boolean add(Arrival arrival) {
        if (arrival.settled()) {
            arrival.settling().accept(); // At most once delivered and nobody there: it is gone.
        } else if (isOver()) {
            return false;
        } else {
            waiting.addLast(arrival);
        }
        return true;
    }

    /** Whether this process has had its time to subscribe. */
    boolean isOver() {
        return sinceMillis >= 0 && time.millis() - sinceMillis >= PATIENCE_MILLIS;
    }

    /** Those that match, in their order. */
    List<Arrival> take(TopicFilter filter) {
        List<Arrival> found = new ArrayList<>();
        for (Iterator<Arrival> all = waiting.iterator(); all.hasNext(); ) {
            Arrival arrival = all.next();
            if (filter.matches(arrival.message().topic())) {
                found.add(arrival);
                all.remove();
            }
        }
        return found;
    }

    /** Those to be rejected. */
    List<Arrival> old() {
        if (!isOver()) {
            return List.of();
        }
        List<Arrival> found = List.copyOf(waiting);
        waiting.clear();
        return found;
    }

    /** As {@link LocalSubscription#linkUp}. */
    void linkUp(boolean sessionPresent) {
        if (sinceMillis < 0) {
            sinceMillis = time.millis();
        }
        ArrayDeque<Arrival> before = waiting;
        waiting = new ArrayDeque<>();
        for (Arrival one : before) {
            if (!one.isUndecided()) {
                waiting.addLast(one);
            } else if (!sessionPresent && waiting.size() < KEPT_MAX) {
                waiting.addLast(one.kept());
            }
        }
    }
}
