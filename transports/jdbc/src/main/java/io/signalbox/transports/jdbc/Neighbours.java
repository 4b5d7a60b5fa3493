package io.signalbox.transports.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which nodes are gone: those whose sign of life has not changed for as long as this node has been looking on. No two
 * clocks are compared; and time in which nobody could look counts for nobody, or the first node that comes back after an
 * outage of the database would take all others for dead. Owned by the housekeeping thread.
 */
final class Neighbours {
    /**
     * What one look says of the time since the last is this many looks at the most: who stood still for a while, or
     * waited for the database, has not been watching.
     */
    private static final int LOOKS_COUNTED_MAX = 2;

    private final long silenceNanos;
    private final long stepNanosMax;
    private final Map<Long, Sign> signs = new HashMap<>();
    private long lookedNanos;

    /** @param silentNanos how long it has been watched without a change */
    private record Sign(long beats, long silentNanos) {}

    Neighbours(long silenceNanos, long lookEveryNanos) {
        this.silenceNanos = silenceNanos;
        stepNanosMax = LOOKS_COUNTED_MAX * lookEveryNanos;
    }

    /** The database did not answer: from its return on, all have their time again. */
    void couldNotLook() {
        signs.clear();
    }

    /**
     * @param beats by node, what each counts
     * @return the nodes that are gone
     */
    List<Long> gone(Map<Long, Long> beats, long nowNanos) {
        long stepNanos = Math.min(nowNanos - lookedNanos, stepNanosMax);
        lookedNanos = nowNanos;
        signs.keySet().retainAll(beats.keySet());
        List<Long> gone = new ArrayList<>();
        beats.forEach((node, beat) -> {
            Sign sign = signs.get(node);
            Sign now = new Sign(beat, sign != null && sign.beats() == beat ? sign.silentNanos() + stepNanos : 0);
            signs.put(node, now);
            if (now.silentNanos() >= silenceNanos) {
                gone.add(node);
            }
        });
        return gone;
    }
}
