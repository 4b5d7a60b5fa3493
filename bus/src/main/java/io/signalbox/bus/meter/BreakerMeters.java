package io.signalbox.bus.meter;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The state of every circuit breaker, also of those made later. Needs Micrometer and Resilience4j on the class path.
 */
public final class BreakerMeters {
    private BreakerMeters() {}

    public static void bind(CircuitBreakerRegistry breakers, MeterRegistry registry) {
        breakers.getEventPublisher().onEntryAdded(added -> bind(added.getAddedEntry(), registry));
        breakers.getAllCircuitBreakers().forEach(breaker -> bind(breaker, registry));
    }

    private static void bind(CircuitBreaker breaker, MeterRegistry registry) {
        Gauge.builder(Meter.CIRCUIT_BREAKER_STATE.exportedName(), breaker, BreakerMeters::number)
                .description(Meter.CIRCUIT_BREAKER_STATE.meaning())
                .tag("dependency", breaker.getName())
                .register(registry);
    }

    private static double number(CircuitBreaker breaker) {
        return switch (breaker.getState()) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
            case DISABLED, METRICS_ONLY, FORCED_OPEN -> 3;
        };
    }
}
