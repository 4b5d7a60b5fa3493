package io.signalbox.server.http;

import io.signalbox.server.config.HttpConfig;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How many requests of each kind may be under way at once. Thread safe. */
final class Places {
    private final HttpConfig config;
    private final Semaphore requests;
    private final Semaphore streams;
    private final Semaphore waits;
    private final Semaphore monitors;

    Places(HttpConfig config) {
        this.config = config;
        requests = new Semaphore(config.requestsMax());
        streams = new Semaphore(config.streamsMax());
        waits = new Semaphore(config.waitsMax());
        monitors = new Semaphore(config.requestsMax());
    }

    /**
     * What waits keeps its place until all is answered; others until it is known what to answer. Who watches the server
     * takes no place of others, or an overloaded one would be blind, or restarted.
     */
    Semaphore of(Route route) {
        return route.monitoring() ? monitors : route.waits() ? waits : requests;
    }

    Semaphore streams() {
        return streams;
    }

    static String limitOf(Route route) {
        return route.waits() ? "http.waits-max" : "http.requests-max";
    }

    /** @return false if something was still under way after that time */
    boolean awaitAll(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        return waits.tryAcquire(config.waitsMax(), nanos, TimeUnit.NANOSECONDS)
                && requests.tryAcquire(config.requestsMax(), deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                && streams.tryAcquire(config.streamsMax(), deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
