package io.signalbox.transports.delivery;

import org.jspecify.annotations.Nullable;

/**
 * Who was not settled in time. All have the same timeout, so they end in the order they began: a chain through the arrivals
 * themselves, since each message passes here twice. Guarded by the mailbox.
 */
final class AckTimeouts<H> {
    private final long timeoutMillis;
    private @Nullable Arrival<H> first;
    private @Nullable Arrival<H> last;

    /** @param timeoutMillis 0: never */
    AckTimeouts(long timeoutMillis) {
        this.timeoutMillis = timeoutMillis;
    }

    /** Also begins one anew. */
    void begin(Arrival<H> arrival, long nowMillis) {
        if (timeoutMillis > 0) {
            end(arrival);
            arrival.deadlineMillis = nowMillis + timeoutMillis;
            arrival.timed = true;
            arrival.before = last;
            if (last == null) {
                first = arrival;
            } else {
                last.after = arrival;
            }
            last = arrival;
        }
    }

    /** Does nothing for one that does not run. */
    void end(Arrival<H> arrival) {
        if (!arrival.timed) {
            return;
        }
        arrival.timed = false;
        Arrival<H> before = arrival.before;
        Arrival<H> after = arrival.after;
        arrival.before = null;
        arrival.after = null;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
    }

    /** Takes out one whose time is over; null if there is none. */
    @Nullable
    Arrival<H> over(long nowMillis) {
        Arrival<H> oldest = first;
        if (oldest == null || oldest.deadlineMillis > nowMillis) {
            return null;
        }
        end(oldest);
        return oldest;
    }
}
