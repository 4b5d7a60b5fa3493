package io.signalbox.transports.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which nodes are gone: those that were not heard for as long as this node has heard itself. Its own beats come back by
 * the way of all others, so time in which none came back, since the cluster was away, counts for nobody; or the first
 * node that is back after an outage would take all others for dead. No two clocks are compared. Thread safe.
 */
final class Neighbours {
    /** Own beats that lie further apart do not belong together. */
    private static final int BEATS_MISSED_MAX = 3;

    private final String self;
    private final long silenceNanos;
    private final long gapNanosMax;
    private final Map<String, Long> heardNanos = new HashMap<>();
    private boolean listening;
    private long listeningSinceNanos;
    private long selfHeardNanos;

    Neighbours(String self, Pace pace) {
        this.self = self;
        silenceNanos = pace.silence().toNanos();
        gapNanosMax = BEATS_MISSED_MAX * pace.beatEvery().toNanos();
    }

    synchronized void heard(String node, long nowNanos) {
        if (node.equals(self)) {
            if (!listens(nowNanos)) {
                listening = true;
                listeningSinceNanos = nowNanos;
            }
            selfHeardNanos = nowNanos;
        } else {
            heardNanos.put(node, nowNanos);
        }
    }

    /** It said goodbye, or is known to be gone. */
    synchronized void left(String node) {
        heardNanos.remove(node);
    }

    private boolean listens(long nowNanos) {
        return listening && nowNanos - selfHeardNanos <= gapNanosMax;
    }

    synchronized boolean isSilent(String node, long nowNanos) {
        if (node.equals(self) || !listens(nowNanos)) {
            return false;
        }
        Long heard = heardNanos.get(node);
        long unheardNanos = nowNanos - listeningSinceNanos;
        if (heard != null) {
            unheardNanos = Math.min(unheardNanos, nowNanos - heard);
        }
        return unheardNanos >= silenceNanos;
    }

    /** Those that were heard once and are gone without a goodbye. */
    synchronized List<String> silent(long nowNanos) {
        return heardNanos.keySet().stream()
                .filter(node -> isSilent(node, nowNanos))
                .toList();
    }
}
