package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Bounds what is on its way to the dead letters: who brings more waits. Begun by one thread, ended by any. */
final class Burials {
    /** In KiB; each takes at least one. */
    private static final int UNDER_WAY_MAX = 4_096;

    private static final Duration STEP = Duration.ofMillis(50);

    private final Semaphore free = new Semaphore(UNDER_WAY_MAX);
    private final BooleanSupplier over;

    /** @param over true when nobody may wait any more */
    Burials(BooleanSupplier over) {
        this.over = over;
    }

    /**
     * Waits for room.
     *
     * @return to be run once when it is safe; null if it is over
     */
    @Nullable
    Runnable begin(int bytes) {
        int kibibytes = Math.clamp(bytes >> 10, 1, UNDER_WAY_MAX);
        return acquire(kibibytes) ? () -> free.release(kibibytes) : null;
    }

    /** @return false if it is over before all are safe */
    boolean awaitAll() {
        boolean all = acquire(UNDER_WAY_MAX);
        if (all) {
            free.release(UNDER_WAY_MAX);
        }
        return all;
    }

    private boolean acquire(int kibibytes) {
        try {
            while (!over.getAsBoolean()) {
                if (free.tryAcquire(kibibytes, STEP.toMillis(), TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
