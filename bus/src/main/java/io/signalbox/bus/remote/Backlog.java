package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that cannot be taken at present, by topic and in the order they came; what comes later waits behind them.
 * They stay unsettled, so it is the link's credit that bounds them and tells the transport to wait. Owned by the lane.
 */
final class Backlog {
    private final Connection connection;
    private final Scheduler scheduler;
    private final Taker taker;
    /** Its keys are looked at by other threads. */
    private final ConcurrentHashMap<Topic, Waiting> byTopic = new ConcurrentHashMap<>();

    /** Takes a delivery, or says why not yet. */
    interface Taker {
        /** @return null: it is settled, or will be; otherwise when to ask again at the latest */
        @Nullable
        Duration take(Arrival arrival);
    }

    private static final class Waiting {
        private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
        private Scheduler.@Nullable Timer timer;
    }

    Backlog(Connection connection, Scheduler scheduler, Taker taker) {
        this.connection = connection;
        this.scheduler = scheduler;
        this.taker = taker;
    }

    int waiting(Topic topic) {
        Waiting waiting = byTopic.get(topic);
        return waiting == null ? 0 : waiting.arrivals.size();
    }

    void arrived(Arrival arrival) {
        Waiting before = byTopic.get(arrival.topic());
        if (before != null) {
            before.arrivals.addLast(arrival);
            return;
        }
        Duration later = taker.take(arrival);
        if (later != null) {
            Waiting first = new Waiting();
            first.arrivals.addLast(arrival);
            byTopic.put(arrival.topic(), first);
            retryIn(later, arrival.topic(), first);
        }
    }

    /** Something of this topic has ended, so there may be room. Any thread; costs one look if nothing waits. */
    void mayHaveRoom(Topic topic) {
        if (byTopic.containsKey(topic)) {
            connection.inLane(() -> retry(topic));
        }
    }

    void retry(Topic topic) {
        Waiting waiting = byTopic.get(topic);
        if (waiting == null) {
            return;
        }
        if (waiting.timer != null) {
            waiting.timer.cancel();
        }
        for (Arrival next = waiting.arrivals.peekFirst(); next != null; next = waiting.arrivals.peekFirst()) {
            Duration later = taker.take(next);
            if (later != null) {
                retryIn(later, topic, waiting);
                return;
            }
            waiting.arrivals.removeFirst();
        }
        byTopic.remove(topic);
    }

    private void retryIn(Duration later, Topic topic, Waiting waiting) {
        try {
            waiting.timer =
                    scheduler.schedule(() -> connection.inLane(() -> retry(topic)), Math.max(1, later.toNanos()));
        } catch (RejectedExecutionException closing) {
            // Unsettled, they are the transport's to offer again.
        }
    }
}
