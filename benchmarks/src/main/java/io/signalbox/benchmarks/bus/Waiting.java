package io.signalbox.benchmarks.bus;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waiting that leaves the processor to others, and is over soon. */
final class Waiting {
    private static final int SPINS = 100;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private Waiting() {}

    static void aLittle() {
        for (int i = 0; i < SPINS; i++) {
            Thread.onSpinWait();
        }
        Thread.yield();
    }

    /** @throws IllegalStateException if it does not come true in time */
    static void until(BooleanSupplier condition, String otherwise) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TIMEOUT_NANOS) {
                throw new IllegalStateException(otherwise);
            }
            aLittle();
        }
    }
}
