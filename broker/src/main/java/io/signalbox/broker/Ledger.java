package io.signalbox.broker;

import java.util.List;
import java.util.Map;

/**
 * Where every message went. For each session, and for each topic over all its deliveries:
 * {@code offered = delivered + pending + expired + dropped + dead}.
 */
public interface Ledger {
    List<Line> sessions();

    /** At most {@code limit} topics, the busiest first; those beyond the limit on topics as one, named {@code #}. */
    List<Line> topics(int limit);

    /** Over everything since start. */
    Line total();

    /** Lines that do not balance; empty unless the broker has a bug. */
    List<Line> mismatches();

    /**
     * @param published messages accepted (topics) or 0 (sessions)
     * @param offered deliveries owed: one for each message and each session it was routed to
     * @param pending queued or unsettled now
     * @param dropped by reason, in the words of the metrics
     */
    record Line(
            String name,
            long published,
            long offered,
            long delivered,
            long pending,
            long expired,
            Map<String, Long> dropped,
            long dead) {
        public long droppedTotal() {
            return dropped.values().stream().mapToLong(Long::longValue).sum();
        }

        public boolean balanced() {
            return offered == delivered + pending + expired + droppedTotal() + dead;
        }
    }
}
