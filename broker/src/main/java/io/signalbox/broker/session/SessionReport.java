package io.signalbox.broker.session;

import io.signalbox.broker.SessionInfo;
import io.signalbox.broker.ledger.SessionCounters;
import io.signalbox.topic.Topic;
import java.util.Map;

/**
 * A session's own account of itself, taken between two turns.
 *
 * @param pending deliveries owed: queued, held, or unsettled
 * @param pendingByTopic the same by topic
 */
public record SessionReport(
        SessionInfo.State state,
        long sinceMillis,
        int queued,
        long queuedBytes,
        int unsettled,
        long pending,
        Map<Topic, Integer> pendingByTopic,
        SessionCounters counters) {}
