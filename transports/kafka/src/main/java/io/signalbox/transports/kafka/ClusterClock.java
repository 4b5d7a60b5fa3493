package io.signalbox.transports.kafka;

import io.signalbox.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The time of the cluster: what the broker's clock said when it took this node's last beat, and what has passed since.
 * By it sessions expire, since they are shared: a node whose own clock is wrong would end the sessions of all others.
 * Thread safe.
 */
final class ClusterClock implements TimeSource {
    private volatile @Nullable Anchor anchor;

    private record Anchor(long brokerMillis, long atNanos) {}

    /** @param nowNanos when the beat came back */
    void beat(long brokerMillis, long nowNanos) {
        anchor = new Anchor(brokerMillis, nowNanos);
    }

    boolean isSet() {
        return anchor != null;
    }

    @Override
    public long millis() {
        return millis(System.nanoTime());
    }

    /** @throws IllegalStateException before the first beat */
    long millis(long nowNanos) {
        Anchor known = anchor;
        if (known == null) {
            throw new IllegalStateException("no beat of this node has come back yet");
        }
        return known.brokerMillis + (nowNanos - known.atNanos) / 1_000_000;
    }
}
