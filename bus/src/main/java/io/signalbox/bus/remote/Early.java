package io.signalbox.bus.remote;

import io.signalbox.bus.queue.Away;
import io.signalbox.topic.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What was given back because too much of its topic waited for a handler. When that has come, nothing of the topic goes
 * past those that are still away: which ordering key they have may be known to the handler's side alone. Owned by the
 * link's lane.
 */
final class Early {
    /** So many are remembered, of all topics: each takes 150 bytes or so. */
    private static final int AWAY_MAX = 10_000;

    private final AtomicInteger roomLeft = new AtomicInteger(AWAY_MAX);
    private final Map<Topic, Away> byTopic = new HashMap<>();

    /** @param tooMany wait for a handler that is not there */
    boolean mustGoBack(Arrival arrival, boolean tooMany, long nowNanos) {
        Away away = byTopic.get(arrival.topic());
        if (away == null && !tooMany) {
            return false;
        }
        Object origin = arrival.origin();
        if (origin == null) {
            return tooMany;
        }
        if (away == null) {
            away = new Away(roomLeft);
            byTopic.put(arrival.topic(), away);
        }
        boolean goesBack = tooMany || away.mustWait(origin, nowNanos);
        if (goesBack) {
            away.refused(origin, arrival.mayHaveComeBefore(), nowNanos);
        } else {
            away.letIn(origin, nowNanos);
        }
        if (away.isEmpty()) {
            byTopic.remove(arrival.topic());
        }
        return goesBack;
    }
}
