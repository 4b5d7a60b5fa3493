package io.signalbox.testkit;

import io.signalbox.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it, and never goes back. Thread safe. */
public final class ManualTimeSource implements TimeSource {
    /** 2026-01-01T00:00:00Z: far enough from 0 that a forgotten timestamp shows. */
    public static final long START_MILLIS = 1_767_225_600_000L;

    private final AtomicLong millis;

    public ManualTimeSource() {
        this(START_MILLIS);
    }

    public ManualTimeSource(long startMillis) {
        millis = new AtomicLong(startMillis);
    }

    @Override
    public long millis() {
        return millis.get();
    }

    /** @throws IllegalArgumentException for a negative step */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("a time source never goes back; got a step of " + step);
        }
        millis.addAndGet(step.toMillis());
    }
}
