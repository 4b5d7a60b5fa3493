package io.signalbox.transports.remote;

import io.signalbox.message.Message;
import io.signalbox.transports.delivery.DeliveryCounters;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Room for what need not arrive and that the subscriber has not come to: no credit bounds it. What finds none is dropped,
 * and counted. Thread safe.
 */
final class LightRoom {
    private static final int MESSAGES_MAX = 10_000;
    private static final long BYTES_MAX = 64L << 20;

    private final DeliveryCounters counters;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    LightRoom(DeliveryCounters counters) {
        this.counters = counters;
    }

    /** Called by one thread at a time. */
    boolean enter(Message message) {
        if (messages.get() >= MESSAGES_MAX || bytes.get() >= BYTES_MAX) {
            counters.dropped.increment();
            return false;
        }
        messages.incrementAndGet();
        bytes.addAndGet(message.sizeBytes());
        return true;
    }

    void leave(Message message) {
        messages.decrementAndGet();
        bytes.addAndGet(-message.sizeBytes());
    }

    /** Those that were here are gone with their connection. */
    void clear() {
        messages.set(0);
        bytes.set(0);
    }
}
