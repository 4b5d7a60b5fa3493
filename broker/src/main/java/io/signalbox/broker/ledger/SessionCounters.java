package io.signalbox.broker.ledger;

import java.util.Map;
import java.util.TreeMap;

/** One session's line of the ledger. Written by the session's turn alone; copied for readers at the turn's end. */
public final class SessionCounters {
    private static final DropReason[] REASONS = DropReason.values();

    public long offered;
    public long delivered;
    public long expired;
    public long dead;
    private final long[] dropped = new long[REASONS.length];
    private long droppedTotal;

    public void drop(DropReason reason) {
        dropped[reason.ordinal()]++;
        droppedTotal++;
    }

    public long droppedTotal() {
        return droppedTotal;
    }

    /** Reasons that happened, by label. */
    public Map<String, Long> dropped() {
        Map<String, Long> map = new TreeMap<>();
        for (DropReason reason : REASONS) {
            if (dropped[reason.ordinal()] > 0) {
                map.put(reason.label(), dropped[reason.ordinal()]);
            }
        }
        return map;
    }

    public void add(SessionCounters other) {
        offered += other.offered;
        delivered += other.delivered;
        expired += other.expired;
        dead += other.dead;
        droppedTotal += other.droppedTotal;
        for (int i = 0; i < dropped.length; i++) {
            dropped[i] += other.dropped[i];
        }
    }
}
