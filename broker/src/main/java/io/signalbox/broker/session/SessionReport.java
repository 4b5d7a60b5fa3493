package io.signalbox.broker.session;

import io.signalbox.broker.SessionInfo;
import io.signalbox.broker.ledger.SessionCounters;
import io.signalbox.broker.routing.TopicEntry;
import java.util.Map;

/**
 * A session's own account of itself, taken between two turns.
 *
 * @param pending deliveries owed: queued, held, or unsettled
 * @param pendingByTopic the same by topic; one that was forgotten meanwhile is another than that of the same name now
 */
public record SessionReport(
        SessionInfo.State state,
        long sinceMillis,
        int queued,
        long queuedBytes,
        int unsettled,
        long pending,
        Map<TopicEntry, Integer> pendingByTopic,
        SessionCounters counters) {}
