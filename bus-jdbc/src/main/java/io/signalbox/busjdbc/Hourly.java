package io.signalbox.busjdbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What is done when it is asked for, but once an hour at the most. Thread safe: one of those who ask at once does it. */
final class Hourly {
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final LongSupplier nanos;
    private final AtomicReference<@Nullable Long> lastNanos = new AtomicReference<>();

    Hourly(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** At the first call, and then an hour after it was last. */
    boolean isDue() {
        long now = nanos.getAsLong();
        Long last = lastNanos.get();
        return (last == null || now - last >= HOUR_NANOS) && lastNanos.compareAndSet(last, now);
    }
}
