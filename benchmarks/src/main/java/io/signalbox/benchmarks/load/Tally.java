package io.signalbox.benchmarks.load;

import org.HdrHistogram.Histogram;

/**
 * What a run counts. Losses, duplicates and order are over the whole run; what {@code measured} names, and the
 * latencies, only over the measured time. Owned by the run's thread.
 */
final class Tally {
    private static final long LATENCY_NANOS_MAX = 3_600_000_000_000L;

    long sent;
    long acknowledged;
    long expected;
    long delivered;
    long duplicates;
    long late;
    long foreign;
    long redelivered;
    long disconnects;
    long stallResets;
    long sessionsResumed;
    /** Lowest QoS that a subscription was granted; -1: none was. */
    int grantedQos = -1;

    long measuredSent;
    long measuredAcknowledged;
    long measuredDelivered;
    long measuredBytes;

    long lastDeliveryNanos;
    long lastAckNanos;
    long lastSentNanos;

    /** From when it was sent, or due, until it was read; nanoseconds. */
    final Histogram latency = new Histogram(64, LATENCY_NANOS_MAX, 3);
    /** How late the generator itself sent what was due. */
    final Histogram lag = new Histogram(64, LATENCY_NANOS_MAX, 3);

    private long fromNanos;
    private long untilNanos;
    private boolean measuring;

    /** Latencies are of what is sent, or due, in this time; without one, none are kept. */
    void window(long from, long until) {
        fromNanos = from;
        untilNanos = until;
    }

    void measuring(boolean on) {
        measuring = on;
    }

    boolean inWindow(long sentNanos) {
        return sentNanos >= fromNanos && sentNanos < untilNanos;
    }

    void onSent(int fan, long now) {
        sent++;
        lastSentNanos = now;
        expected += fan;
        if (measuring) {
            measuredSent++;
        }
    }

    void onAcknowledged(long now) {
        acknowledged++;
        lastAckNanos = now;
        if (measuring) {
            measuredAcknowledged++;
        }
    }

    void onDelivered(long sentNanos, int bytes, long now) {
        delivered++;
        lastDeliveryNanos = now;
        if (measuring) {
            measuredDelivered++;
            measuredBytes += bytes;
        }
        if (inWindow(sentNanos)) {
            record(latency, now - sentNanos);
        }
    }

    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, LATENCY_NANOS_MAX));
    }

    long lost() {
        return Math.max(0, expected - delivered);
    }

    long lastActivityNanos() {
        return Math.max(lastDeliveryNanos, lastAckNanos);
    }
}
