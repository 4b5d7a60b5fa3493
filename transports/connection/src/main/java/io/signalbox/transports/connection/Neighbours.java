package io.signalbox.transports.connection;

import java.util.HashMap;
import java.util.Map;

/**
 * Which nodes are gone: those whose sign of life, a number in the engine that each counts up, has not changed for as long
 * as this node has been looking on. No two clocks are compared; and time in which nobody could look counts for nobody, or
 * the first node that comes back after an outage would take all others for dead. Owned by the thread that looks.
 *
 * @param <N> what names a node
 */
public final class Neighbours<N> {
    /**
     * What one look says of the time since the last is this many looks at the most: who stood still for a while, or
     * waited for the engine, has not been watching.
     */
    private static final int LOOKS_COUNTED_MAX = 2;

    private final long silenceNanos;
    private final long stepNanosMax;
    private final long returnNanos;
    private final Map<N, Sign> signs = new HashMap<>();
    private boolean back;
    private long lookedNanos;

    /** @param silentNanos how long it has been watched without a change; below zero while it may be on its way back */
    private record Sign(long beats, long silentNanos) {}

    /** @param returnNanos the time that the others have, after the engine was away, before their silence begins */
    public Neighbours(long silenceNanos, long lookEveryNanos, long returnNanos) {
        this.silenceNanos = silenceNanos;
        this.returnNanos = returnNanos;
        stepNanosMax = LOOKS_COUNTED_MAX * lookEveryNanos;
    }

    /** The engine is, or was, away: from its return on, all have their time again. */
    public void couldNotLook() {
        signs.clear();
        back = true;
    }

    /**
     * @param beats by node, what each counts
     * @return the nodes that are gone, with the beats they were last seen with
     */
    public Map<N, Long> gone(Map<N, Long> beats, long nowNanos) {
        long stepNanos = Math.min(nowNanos - lookedNanos, stepNanosMax);
        long beginNanos = back ? -returnNanos : 0;
        lookedNanos = nowNanos;
        back = false;
        signs.keySet().retainAll(beats.keySet());
        Map<N, Long> gone = new HashMap<>();
        beats.forEach((node, beat) -> {
            Sign sign = signs.get(node);
            Sign now = new Sign(
                    beat, sign == null ? beginNanos : sign.beats() == beat ? sign.silentNanos() + stepNanos : 0);
            signs.put(node, now);
            if (now.silentNanos() >= silenceNanos) {
                gone.put(node, beat);
            }
        });
        return gone;
    }
}
