package io.signalbox.gateway.web.http2;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many streams of all connections may be under way at once, half of them from one address. Thread safe. */
final class StreamPlaces {
    private final int max;
    private final int perAddressMax;
    private final AtomicInteger taken = new AtomicInteger();
    private final ConcurrentHashMap<Object, Integer> takenByAddress = new ConcurrentHashMap<>();

    StreamPlaces(int max) {
        this.max = max;
        perAddressMax = Math.ceilDiv(max, 2);
    }

    /** @return false: there is none; else {@link #leave} must follow */
    boolean enter(Object address) {
        if (taken.incrementAndGet() > max) {
            taken.decrementAndGet();
            return false;
        }
        if (takenByAddress.merge(address, 1, Integer::sum) > perAddressMax) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(Object address) {
        taken.decrementAndGet();
        takenByAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
