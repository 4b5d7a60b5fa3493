package io.signalbox.bus.retry;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * How often and when a failed handler is tried again. An {@link Error} is never retried: what it tells of does not go
 * away by waiting.
 *
 * @param maxRetries after the first attempt; 0: none
 * @param initial delay before the first retry, before jitter
 * @param multiplier of the delay from one retry to the next, at least 1
 * @param maxDelay no delay is longer, jitter included
 * @param retryOn which exceptions are worth it; one that throws itself says no
 * @param abortOn which are not, although retryOn says so; one that throws itself says that this one is not
 */
public record RetryPolicy(
        int maxRetries,
        Duration initial,
        double multiplier,
        Duration maxDelay,
        Jitter jitter,
        Predicate<? super Throwable> retryOn,
        Predicate<? super Throwable> abortOn) {

    /** How a delay is spread, so that those who failed together do not come back together. */
    public enum Jitter {
        NONE,
        /** From half of the delay to one and a half. */
        EQUAL,
        /** From nothing to the delay. */
        FULL
    }

    private static final RetryPolicy NEVER =
            new RetryPolicy(0, Duration.ZERO, 1, Duration.ZERO, Jitter.NONE, error -> true, error -> false);

    /** @throws IllegalArgumentException naming the value that is out of its range */
    public RetryPolicy {
        if (maxRetries < 0) {
            throw new IllegalArgumentException("maxRetries " + maxRetries + " must not be negative");
        }
        if (initial.isNegative() || maxDelay.compareTo(initial) < 0) {
            throw new IllegalArgumentException(
                    "initial " + initial + " must be from zero to maxDelay, which is " + maxDelay);
        }
        if (!(multiplier >= 1)) {
            throw new IllegalArgumentException("multiplier " + multiplier + " must be at least 1");
        }
    }

    public static RetryPolicy never() {
        return NEVER;
    }

    /** The preset {@code bus}: 3 retries after 0.1 s, 0.2 s, 0.4 s, spread by half, at most 10 s. */
    public static RetryPolicy bus() {
        return exponential(3, Duration.ofMillis(100), Duration.ofSeconds(10)).withJitter(Jitter.EQUAL);
    }

    /** The preset {@code delivery}: 3 retries after 1, 2 and 4 seconds. */
    public static RetryPolicy delivery() {
        return exponential(3, Duration.ofSeconds(1), Duration.ofSeconds(4));
    }

    /** At once, without a pause. */
    public static RetryPolicy immediately(int maxRetries) {
        return exponential(maxRetries, Duration.ZERO, Duration.ZERO);
    }

    /** Doubling from {@code initial} on, without jitter. */
    public static RetryPolicy exponential(int maxRetries, Duration initial, Duration maxDelay) {
        return new RetryPolicy(maxRetries, initial, 2, maxDelay, Jitter.NONE, error -> true, error -> false);
    }

    public RetryPolicy withJitter(Jitter value) {
        return new RetryPolicy(maxRetries, initial, multiplier, maxDelay, value, retryOn, abortOn);
    }

    public RetryPolicy withRetryOn(Predicate<? super Throwable> value) {
        return new RetryPolicy(maxRetries, initial, multiplier, maxDelay, jitter, value, abortOn);
    }

    public RetryPolicy withAbortOn(Predicate<? super Throwable> value) {
        return new RetryPolicy(maxRetries, initial, multiplier, maxDelay, jitter, retryOn, value);
    }

    /** @param attempts made so far, the first included */
    public boolean retries(int attempts, Throwable error) {
        return attempts <= maxRetries && error instanceof Exception && isWorthIt(error);
    }

    private boolean isWorthIt(Throwable error) {
        try {
            return retryOn.test(error) && !abortOn.test(error);
        } catch (Throwable broken) {
            if (broken != error) {
                error.addSuppressed(broken);
            }
            return false;
        }
    }

    /**
     * The delay before the next attempt, in nanoseconds. Clamped after the jitter: a maximum is one.
     *
     * @param attempts made so far, the first included
     */
    public long delayNanos(int attempts, RandomGenerator random) {
        double max = maxDelay.toNanos();
        double planned = Math.min(initial.toNanos() * Math.pow(multiplier, attempts - 1), max);
        double spread = switch (jitter) {
            case NONE -> planned;
            case EQUAL -> planned * (0.5 + random.nextDouble());
            case FULL -> planned * random.nextDouble();
        };
        return (long) Math.min(spread, max);
    }
}
