package io.signalbox.transports.connection;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.signalbox.time.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * Says that an engine is away: open after 5 failures in a row, until {@link #reset} when it is reached again. {@link
 * Supervisor} tries to reach it all the while, so whoever publishes is refused at once and health says DOWN, and nothing
 * else stops. Whoever has no such supervisor asks {@link #permits}: half-open after 30 s, closed after 3 successes. Thread
 * safe; Resilience4j's circuit breaker with the house's figures.
 */
public final class Breaker {
    public static final int FAILURES_TO_OPEN = 5;
    public static final int SUCCESSES_TO_CLOSE = 3;
    public static final Duration OPEN_FOR = Duration.ofSeconds(30);

    private final CircuitBreaker breaker;

    public Breaker(String name, TimeSource time) {
        breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                FAILURES_TO_OPEN,
                                FAILURES_TO_OPEN,
                                SlidingWindowType.COUNT_BASED,
                                CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
                        .failureRateThreshold(100)
                        .waitDurationInOpenState(OPEN_FOR)
                        .permittedNumberOfCallsInHalfOpenState(SUCCESSES_TO_CLOSE)
                        .clock(new Ticking(time))
                        .build());
    }

    /** The house's time as the library wants it. */
    private static final class Ticking extends Clock {
        private final TimeSource time;

        private Ticking(TimeSource time) {
            this.time = time;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(time.millis());
        }
    }

    /** May the engine be asked? A true is followed by {@link #succeeded} or {@link #failed}. */
    public boolean permits() {
        return breaker.tryAcquirePermission();
    }

    public void succeeded() {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    public void failed(Throwable cause) {
        breaker.onError(0, TimeUnit.NANOSECONDS, cause);
    }

    /** The engine was reached and answered everything it was asked in setting up: it is trusted again at once. */
    public void reset() {
        breaker.transitionToClosedState();
    }

    public boolean isOpen() {
        return breaker.getState() == CircuitBreaker.State.OPEN;
    }
}
