package io.signalbox.transports.delivery;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/** Who was not settled in time. All have the same timeout, so they end in the order they began. Guarded by the mailbox. */
final class AckTimeouts<H> {
    private final long timeoutMillis;
    private final LinkedHashSet<Arrival<H>> running = new LinkedHashSet<>();

    /** @param timeoutMillis 0: never */
    AckTimeouts(long timeoutMillis) {
        this.timeoutMillis = timeoutMillis;
    }

    /** Also begins one anew. */
    void begin(Arrival<H> arrival, long nowMillis) {
        if (timeoutMillis > 0) {
            running.remove(arrival);
            arrival.deadlineMillis = nowMillis + timeoutMillis;
            running.add(arrival);
        }
    }

    void end(Arrival<H> arrival) {
        if (timeoutMillis > 0) {
            running.remove(arrival);
        }
    }

    /** Takes out one whose time is over; null if there is none. */
    @Nullable
    Arrival<H> over(long nowMillis) {
        if (running.isEmpty()) {
            return null;
        }
        Arrival<H> first = running.getFirst();
        if (first.deadlineMillis > nowMillis) {
            return null;
        }
        running.remove(first);
        return first;
    }
}
