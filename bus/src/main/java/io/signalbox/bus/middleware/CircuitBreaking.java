package io.signalbox.bus.middleware;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import java.time.Duration;

/**
 * A circuit breaker for each dependency that a handler names ({@code HandlerOptions.withDependency("payments")}); what
 * names none has none, since there is nothing to protect. Opens after 5 failures in a row, lets three calls try after
 * 30 seconds, closes when all three succeed and opens again at the first that does not. A message that meets an open
 * breaker is rejected with {@code circuit_open}, and a retry policy tries again when the breaker would. Needs
 * {@code io.github.resilience4j:resilience4j-circuitbreaker} on the class path.
 */
public final class CircuitBreaking implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private static final int FAILURES_TO_OPEN = 5;
    private static final int SUCCESSES_TO_CLOSE = 3;
    private static final Duration OPEN = Duration.ofSeconds(30);

    private final CircuitBreakerRegistry breakers;
    private final Duration retryAfter;

    public CircuitBreaking() {
        this(CircuitBreakerRegistry.of(defaults()), OPEN);
    }

    /** @param retryAfter told to those who meet an open breaker: how long it stays open */
    public CircuitBreaking(CircuitBreakerRegistry breakers, Duration retryAfter) {
        this.breakers = breakers;
        this.retryAfter = retryAfter;
        breakers.getEventPublisher()
                .onEntryAdded(added -> reopenAtFirstFailure(added.getAddedEntry()))
                .onEntryReplaced(replaced -> reopenAtFirstFailure(replaced.getNewEntry()));
        breakers.getAllCircuitBreakers().forEach(CircuitBreaking::reopenAtFirstFailure);
    }

    /** The configuration of the default breakers, to start from for others. */
    public static CircuitBreakerConfig defaults() {
        return CircuitBreakerConfig.custom()
                .slidingWindow(FAILURES_TO_OPEN, FAILURES_TO_OPEN, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(100)
                .permittedNumberOfCallsInHalfOpenState(SUCCESSES_TO_CLOSE)
                .waitDurationInOpenState(OPEN)
                .ignoreExceptions(RejectedMessageException.class)
                .build();
    }

    private static void reopenAtFirstFailure(CircuitBreaker breaker) {
        breaker.getEventPublisher().onError(error -> {
            if (breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
                breaker.transitionToOpenState();
            }
        });
    }

    /** All breakers made so far, by name of the dependency. */
    public CircuitBreakerRegistry breakers() {
        return breakers;
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        String dependency = call.handler().options().dependency();
        if (dependency == null) {
            return next.proceed(call);
        }
        CircuitBreaker breaker = admitted(dependency);
        long start = breaker.getCurrentTimestamp();
        try {
            CommandResult<?> result = next.proceed(call);
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
            return result;
        } catch (Throwable error) {
            breaker.onError(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), error);
            throw error;
        }
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        String dependency = call.handler().options().dependency();
        if (dependency == null) {
            next.proceed(call);
            return;
        }
        CircuitBreaker breaker = admitted(dependency);
        long start = breaker.getCurrentTimestamp();
        try {
            next.proceed(call);
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
        } catch (Throwable error) {
            breaker.onError(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), error);
            throw error;
        }
    }

    private CircuitBreaker admitted(String dependency) {
        CircuitBreaker breaker = breakers.circuitBreaker(dependency);
        if (!breaker.tryAcquirePermission()) {
            throw new RejectedMessageException(
                    Reason.CIRCUIT_OPEN,
                    "'" + dependency + "' is failing; its circuit breaker is " + breaker.getState(),
                    retryAfter);
        }
        return breaker;
    }
}
