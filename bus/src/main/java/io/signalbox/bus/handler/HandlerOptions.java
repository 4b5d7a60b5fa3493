package io.signalbox.bus.handler;

import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a handler wants to be called. Immutable; start from {@link #DEFAULT}.
 *
 * @param name in dead letters, errors and meters; null: the place in the code that registers it. Of several handlers of
 *     one type with one name, the second is called {@code name#2} and so on; where dead letters outlive the bus, it is
 *     refused
 * @param priority of an event handler: higher ones are called first, equal ones concurrently
 * @param filter which messages it wants to see; null: all of its type
 * @param timeout after which it is interrupted and its message has failed; null: never
 * @param retry null: the policy of the message's type
 * @param dependency what outside of this process it calls; named, it gets a circuit breaker of that name
 */
public record HandlerOptions(
        @Nullable String name,
        int priority,
        @Nullable Filter filter,
        @Nullable Duration timeout,
        @Nullable RetryPolicy retry,
        @Nullable String dependency) {

    public static final HandlerOptions DEFAULT = new HandlerOptions(null, 0, null, null, null, null);

    /** @throws IllegalArgumentException unless the timeout is longer than nothing */
    public HandlerOptions {
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "timeout " + timeout + " must be longer than zero; leave it out for never");
        }
    }

    public static HandlerOptions named(String name) {
        return DEFAULT.withName(name);
    }

    public HandlerOptions withName(String value) {
        return new HandlerOptions(value, priority, filter, timeout, retry, dependency);
    }

    public HandlerOptions withPriority(int value) {
        return new HandlerOptions(name, value, filter, timeout, retry, dependency);
    }

    public HandlerOptions withFilter(Filter value) {
        return new HandlerOptions(name, priority, value, timeout, retry, dependency);
    }

    public HandlerOptions withTimeout(Duration value) {
        return new HandlerOptions(name, priority, filter, value, retry, dependency);
    }

    public HandlerOptions withRetry(RetryPolicy value) {
        return new HandlerOptions(name, priority, filter, timeout, value, dependency);
    }

    public HandlerOptions withDependency(String value) {
        return new HandlerOptions(name, priority, filter, timeout, retry, value);
    }
}
