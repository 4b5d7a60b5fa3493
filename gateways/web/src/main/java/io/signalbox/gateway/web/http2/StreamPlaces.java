package io.signalbox.gateway.web.http2;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many streams of all connections may be under way at once, half of them from one address, or network of IPv6. Thread safe. */
final class StreamPlaces {
    private final int max;
    private final int perNetworkMax;
    private final AtomicInteger taken = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> takenByNetwork = new ConcurrentHashMap<>();

    StreamPlaces(int max) {
        this.max = max;
        perNetworkMax = Math.ceilDiv(max, 2);
    }

    /** @return false: there is none; else {@link #leave} must follow */
    boolean enter(String network) {
        if (taken.incrementAndGet() > max) {
            taken.decrementAndGet();
            return false;
        }
        if (takenByNetwork.merge(network, 1, Integer::sum) > perNetworkMax) {
            leave(network);
            return false;
        }
        return true;
    }

    void leave(String network) {
        taken.decrementAndGet();
        takenByNetwork.computeIfPresent(network, (key, count) -> count == 1 ? null : count - 1);
    }
}
