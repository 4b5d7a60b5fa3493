package io.signalbox.client.connection;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try to connect: exponential, full jitter, clamped after it, so that a thousand clients
 * of a server that comes back do not come at once.
 *
 * @param first the longest wait before the second try, at least 1 ms
 * @param max the longest wait of all, from {@code first} to {@link #MAX}
 * @param stableAfter a connection that lasted so long makes the next loss the first again; 0 to {@link #MAX}
 */
public record Backoff(Duration first, Duration max, Duration stableAfter) {
    /** A server that suggests more is not believed. */
    public static final Duration SUGGESTION_MAX = Duration.ofMinutes(5);

    /** What is longer is meant as something else; and {@link Duration} has times that are no number of milliseconds. */
    public static final Duration MAX = Duration.ofDays(365);

    /** 100 ms, doubled up to 30 s; 10 s are stable. */
    public static final Backoff DEFAULT =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30), Duration.ofSeconds(10));

    private static final int DOUBLINGS_MAX = 30;

    public Backoff {
        if (first.compareTo(Duration.ofMillis(1)) < 0
                || max.compareTo(first) < 0
                || max.compareTo(MAX) > 0
                || stableAfter.isNegative()
                || stableAfter.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("backoff of " + first + " up to " + max + ", stable after " + stableAfter
                    + ": first must be at least 1 ms, max not below it, stableAfter not negative, and none of them above "
                    + MAX);
        }
    }

    /**
     * @param failures tries that failed since the last stable connection, 0 for none
     * @return 0 to {@code max}, in milliseconds
     */
    public long delayMillis(int failures, RandomGenerator random) {
        long bound = first.toMillis() << Math.min(failures, DOUBLINGS_MAX);
        long clamped = bound < first.toMillis() ? max.toMillis() : Math.min(bound, max.toMillis());
        return Math.min(random.nextLong(clamped + 1), max.toMillis());
    }

    /** What a server suggests, within bounds; in milliseconds. */
    static long suggestedMillis(long milliseconds) {
        return Math.clamp(milliseconds, 0, SUGGESTION_MAX.toMillis());
    }
}
