package io.signalbox.transports.connection;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: exponential with full jitter, which spreads the clients of an engine that comes
 * back ("Exponential Backoff And Jitter", AWS Architecture Blog).
 *
 * @param initial ceiling of the first wait
 * @param multiplier the ceiling grows by it with every try, at least 1
 * @param max no ceiling is higher; the jitter is drawn below it, so that no wait is longer
 */
public record Backoff(Duration initial, double multiplier, Duration max) {
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(30));

    /** @throws IllegalArgumentException for a wait of nothing, a shrinking one, or a maximum below the first */
    public Backoff {
        if (initial.isNegative() || initial.isZero() || max.compareTo(initial) < 0 || !(multiplier >= 1)) {
            throw new IllegalArgumentException("backoff from " + initial + " by " + multiplier + " to " + max
                    + ": it must begin above zero, not shrink, and end at or above its beginning");
        }
    }

    /**
     * @param attempt failures in a row before this wait, from 1
     * @return from 1 ms to the ceiling of that attempt
     */
    public Duration delay(int attempt, RandomGenerator random) {
        double ceilingMillis =
                Math.min(max.toMillis(), initial.toMillis() * Math.pow(multiplier, Math.max(0, attempt - 1)));
        return Duration.ofMillis(random.nextLong(1, Math.max(1, (long) ceilingMillis) + 1));
    }
}
