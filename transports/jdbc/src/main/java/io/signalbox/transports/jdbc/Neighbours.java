package io.signalbox.transports.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which nodes are gone: those whose sign of life has not changed for as long as this node has been looking on. No two
 * clocks are compared; and time in which nobody could look, since the database was away, counts for nobody, or the first
 * node that comes back would take all others for dead. Owned by the housekeeping thread.
 */
final class Neighbours {
    /** Longer than this between two looks, and they do not belong together. */
    private static final int LOOKS_MISSED_MAX = 4;

    private final long silenceNanos;
    private final long lookEveryNanos;
    private final Map<Long, Sign> signs = new HashMap<>();
    private long lookedNanos;

    private record Sign(long beats, long sinceNanos) {}

    Neighbours(long silenceNanos, long lookEveryNanos) {
        this.silenceNanos = silenceNanos;
        this.lookEveryNanos = lookEveryNanos;
    }

    /**
     * @param beats by node, what each counts
     * @return the nodes that are gone
     */
    List<Long> gone(Map<Long, Long> beats, long nowNanos) {
        if (nowNanos - lookedNanos > LOOKS_MISSED_MAX * lookEveryNanos) {
            signs.clear();
        }
        lookedNanos = nowNanos;
        signs.keySet().retainAll(beats.keySet());
        List<Long> gone = new ArrayList<>();
        beats.forEach((node, beat) -> {
            Sign sign = signs.get(node);
            if (sign == null || sign.beats() != beat) {
                signs.put(node, new Sign(beat, nowNanos));
            } else if (nowNanos - sign.sinceNanos() >= silenceNanos) {
                gone.add(node);
            }
        });
        return gone;
    }
}
