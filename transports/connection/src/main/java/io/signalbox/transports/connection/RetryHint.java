package io.signalbox.transports.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a failure may have with it: when the engine wants to be tried again, which it knows better than a backoff. */
public interface RetryHint {
    /** Bounded by whoever read it; null: it did not say. */
    @Nullable
    Duration retryAfter();
}
