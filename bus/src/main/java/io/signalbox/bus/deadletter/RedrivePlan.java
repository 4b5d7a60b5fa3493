package io.signalbox.bus.deadletter;

import java.util.function.Predicate;

/**
 * How many dead letters are tried again. They go one after the other, oldest first, so the order of each key is kept.
 *
 * @param which those that are meant
 * @param perSecondMax 0: as fast as they are handled
 * @param canary one goes first, then ten, then the rest; a failure among the first eleven ends it there
 */
public record RedrivePlan(Predicate<? super DeadLetter> which, double perSecondMax, boolean canary) {
    static final int CANARIES = 11;

    /** @throws IllegalArgumentException if the rate is negative or no number */
    public RedrivePlan {
        if (!(perSecondMax >= 0)) {
            throw new IllegalArgumentException("perSecondMax " + perSecondMax + " must be 0 (no limit) or more");
        }
    }

    public static RedrivePlan all() {
        return of(letter -> true);
    }

    public static RedrivePlan of(Predicate<? super DeadLetter> which) {
        return new RedrivePlan(which, 0, false);
    }

    /** Those whose last error came from the same place in the code: what one bug did. */
    public static RedrivePlan ofStackHash(String stackHash) {
        return of(letter -> letter.lastDeath().stackHash().equals(stackHash));
    }

    public RedrivePlan withPerSecondMax(double value) {
        return new RedrivePlan(which, value, canary);
    }

    public RedrivePlan withCanary() {
        return new RedrivePlan(which, perSecondMax, true);
    }
}
