package io.signalbox.testkit.bus;

import java.util.function.BooleanSupplier;

/**
 * How far a simulation is to go.
 *
 * @param reached asked before each step
 * @param untilNanos time does not pass beyond it
 * @param stepsMax counted from now
 */
record Drive(BooleanSupplier reached, long untilNanos, long stepsMax) {
    /** Why it stopped. */
    enum Stop {
        REACHED,
        /** Nothing can run, and no timer is set. */
        QUIET,
        /** Nothing can run before more time passes than was allowed. */
        TIME,
        STEPS
    }
}
