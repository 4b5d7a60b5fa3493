package io.signalbox.broker.session;

import java.time.Duration;

/** Sums of times that do not overflow: what lies beyond the end of time is at its end. */
final class Clock {
    private Clock() {}

    static long later(long epochMillis, long millis) {
        long sum = epochMillis + millis;
        return millis > 0 && sum < epochMillis ? Long.MAX_VALUE : sum;
    }

    /** A negative duration counts as none. */
    static long later(long epochMillis, Duration duration) {
        if (duration.isNegative()) {
            return epochMillis;
        }
        // 2^63 ms are 2^53 s and some.
        return duration.getSeconds() >= 1L << 53 ? Long.MAX_VALUE : later(epochMillis, duration.toMillis());
    }
}
