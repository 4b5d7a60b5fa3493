package io.signalbox.bus.settings;

import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a type of command is treated.
 *
 * @param timeout of every execution that says nothing shorter; null: none, the call lasts as long as its handler
 * @param retry what exhausts it is dead-lettered; {@link RetryPolicy#never()}: failures are the caller's alone
 */
public record CommandSettings(@Nullable Duration timeout, RetryPolicy retry) {
    public static final CommandSettings DEFAULT = new CommandSettings(null, RetryPolicy.never());

    public CommandSettings withTimeout(Duration value) {
        return new CommandSettings(value, retry);
    }

    public CommandSettings withRetry(RetryPolicy value) {
        return new CommandSettings(timeout, value);
    }
}
