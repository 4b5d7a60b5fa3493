package io.signalbox.server.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** How many requests of which kind came, how they ended and how long they took. Thread safe. */
final class HttpMetrics {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");

    private final MeterRegistry registry;

    HttpMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param route its template, so that there are as many meters as routes and not as requests */
    void answered(Exchange exchange, String route, int status) {
        String method = exchange.method().name();
        Timer.builder("signalbox.http.requests")
                .description("From the whole request until its answer is written or, if streamed, ends")
                .tag("method", METHODS.contains(method) ? method : "other")
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofMillis(2_500))
                .register(registry)
                .record(System.nanoTime() - exchange.begunNanos(), TimeUnit.NANOSECONDS);
    }

    void refused(int status) {
        Counter.builder("signalbox.http.malformed")
                .description("What was no request: too large, too slow, or not HTTP")
                .tag("status", Integer.toString(status))
                .register(registry)
                .increment();
    }
}
