package io.signalbox.bus.settings;

import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.retry.RetryPolicy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a type of event is treated. Every type has a queue of its own, so a slow one does not hold up the others.
 *
 * @param capacity of its queue, in events
 * @param concurrencyMax how many events of this type without an ordering key are handled at once; 1: one after the
 *     other, in order
 * @param retry of handlers that say nothing else; what exhausts it is dead-lettered
 * @param parking does a dead letter hold up the later events of its ordering key?
 * @param parkedPerKeyMax so many wait behind a dead letter, more are refused
 * @param orderingKey read from the event where the publisher gives none; null: no key
 */
public record EventSettings(
        int capacity,
        Overflow overflow,
        int concurrencyMax,
        RetryPolicy retry,
        boolean parking,
        int parkedPerKeyMax,
        @Nullable Function<Object, @Nullable String> orderingKey) {

    public static final int CAPACITY_DEFAULT = 8_192;
    public static final int CONCURRENCY_MAX_DEFAULT = 256;
    public static final int PARKED_PER_KEY_MAX_DEFAULT = 100;

    public static final EventSettings DEFAULT = new EventSettings(
            CAPACITY_DEFAULT,
            Overflow.rejectNew(),
            CONCURRENCY_MAX_DEFAULT,
            RetryPolicy.never(),
            true,
            PARKED_PER_KEY_MAX_DEFAULT,
            null);

    /** @throws IllegalArgumentException naming the value that is out of its range */
    public EventSettings {
        if (capacity < 1 || capacity > 1 << 24) {
            throw new IllegalArgumentException("capacity " + capacity + " must be from 1 to " + (1 << 24));
        }
        if (concurrencyMax < 1) {
            throw new IllegalArgumentException("concurrencyMax " + concurrencyMax + " must be at least 1");
        }
        if (parkedPerKeyMax < 0) {
            throw new IllegalArgumentException("parkedPerKeyMax " + parkedPerKeyMax + " must not be negative");
        }
    }

    public EventSettings withCapacity(int value) {
        return new EventSettings(value, overflow, concurrencyMax, retry, parking, parkedPerKeyMax, orderingKey);
    }

    public EventSettings withOverflow(Overflow value) {
        return new EventSettings(capacity, value, concurrencyMax, retry, parking, parkedPerKeyMax, orderingKey);
    }

    public EventSettings withConcurrencyMax(int value) {
        return new EventSettings(capacity, overflow, value, retry, parking, parkedPerKeyMax, orderingKey);
    }

    public EventSettings withRetry(RetryPolicy value) {
        return new EventSettings(capacity, overflow, concurrencyMax, value, parking, parkedPerKeyMax, orderingKey);
    }

    public EventSettings withParking(boolean value) {
        return new EventSettings(capacity, overflow, concurrencyMax, retry, value, parkedPerKeyMax, orderingKey);
    }

    public EventSettings withParkedPerKeyMax(int value) {
        return new EventSettings(capacity, overflow, concurrencyMax, retry, parking, value, orderingKey);
    }

    public EventSettings withOrderingKey(Function<Object, @Nullable String> value) {
        return new EventSettings(capacity, overflow, concurrencyMax, retry, parking, parkedPerKeyMax, value);
    }
}
