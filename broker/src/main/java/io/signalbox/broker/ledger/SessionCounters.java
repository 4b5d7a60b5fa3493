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
    private static final long[] NONE = {};

    /** By the reason's ordinal; empty until there is one. */
    private long[] dropped = NONE;

    private long droppedTotal;

    public void drop(DropReason reason) {
        drop(reason, 1);
    }

    public void drop(DropReason reason, int count) {
        room();
        dropped[reason.ordinal()] += count;
        droppedTotal += count;
    }

    private void room() {
        if (dropped.length == 0) {
            dropped = new long[REASONS.length];
        }
    }

    public long droppedTotal() {
        return droppedTotal;
    }

    public long dropped(DropReason reason) {
        return dropped.length == 0 ? 0 : dropped[reason.ordinal()];
    }

    /** Reasons that happened, by label. */
    public Map<String, Long> dropped() {
        Map<String, Long> map = new TreeMap<>();
        for (int i = 0; i < dropped.length; i++) {
            if (dropped[i] > 0) {
                map.put(REASONS[i].label(), dropped[i]);
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
        if (other.droppedTotal > 0) {
            room();
        }
        for (int i = 0; i < other.dropped.length; i++) {
            dropped[i] += other.dropped[i];
        }
    }
}
