package io.signalbox.transports.redis;

import java.util.HashMap;
import java.util.Map;

/**
 * Which nodes are gone: those whose beats have not changed for as long as this node has looked on without a break. The
 * server cannot know that: while nobody reached it, everybody was silent, and whoever is back first would take all
 * others for dead. After a new connection the others have as long to connect as the longest pause between tries is.
 * Owned by the worker.
 */
final class Neighbours {
    /** Looks further apart than this part of the silence do not belong together: this node, or the server, stood still. */
    private static final int BREAK_PART = 4;

    private final long silenceNanos;
    private final long reconnectNanos;
    private final Map<String, Sign> signs = new HashMap<>();
    private boolean reconnected = true;
    private long lookedNanos;

    private record Sign(long beats, long sinceNanos) {}

    /** @param reconnectNanos the longest that a node may pause before it tries to connect again */
    Neighbours(long silenceNanos, long reconnectNanos) {
        this.silenceNanos = silenceNanos;
        this.reconnectNanos = reconnectNanos;
    }

    /** The connection is new: what was seen on the one before says nothing of the time in between. */
    void reconnected() {
        reconnected = true;
    }

    /**
     * @param beats by node, what each counts, as the server had them now
     * @return those that are gone, with the beats they were last seen with
     */
    Map<String, Long> look(Map<String, Long> beats, long nowNanos) {
        boolean broken = reconnected || nowNanos - lookedNanos > silenceNanos / BREAK_PART;
        long since = reconnected ? nowNanos + reconnectNanos : nowNanos;
        if (broken) {
            signs.clear();
        }
        reconnected = false;
        lookedNanos = nowNanos;
        signs.keySet().retainAll(beats.keySet());
        Map<String, Long> gone = new HashMap<>();
        beats.forEach((node, beat) -> {
            Sign sign = signs.get(node);
            if (sign == null || sign.beats() != beat) {
                signs.put(node, new Sign(beat, since));
            } else if (nowNanos - sign.sinceNanos() >= silenceNanos) {
                gone.put(node, beat);
            }
        });
        return gone;
    }
}
