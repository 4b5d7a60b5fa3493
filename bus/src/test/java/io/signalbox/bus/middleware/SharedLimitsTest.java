package io.signalbox.bus.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.signalbox.bus.Bus;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Middleware whose state others share: other threads, other users of a limiter or breaker, a window that passes. */
class SharedLimitsTest {
    record Pay(int amount) implements Command<String> {}

    private static Reason reasonOf(CommandResult<?> result) {
        assertThat(result).isInstanceOf(CommandResult.Rejected.class);
        return ((CommandResult.Rejected<?>) result).reason();
    }

    /** Whoever looks how many permits there are sees one, which another thread has taken when he asks for it. */
    private static RateLimiter alwaysTooLate(RateLimiter limiter) {
        RateLimiter.Metrics metrics = (RateLimiter.Metrics) Proxy.newProxyInstance(
                RateLimiter.class.getClassLoader(),
                new Class<?>[] {RateLimiter.Metrics.class},
                (self, method, args) -> 1);
        return (RateLimiter) Proxy.newProxyInstance(
                RateLimiter.class.getClassLoader(),
                new Class<?>[] {RateLimiter.class},
                (self, method, args) -> method.getName().equals("getMetrics")
                        ? metrics
                        : method.getName().equals("acquirePermission") && args == null
                                ? limiter.acquirePermission()
                                : method.invoke(limiter, args));
    }

    @Test
    @Timeout(60)
    void nobodyWaitsInTheRateLimiterThoughAnotherTookTheLastPermitAMomentAgo() {
        RateLimiter limiter = RateLimiter.of(
                "pay",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(Duration.ofDays(1))
                        .build());
        limiter.acquirePermission();
        try (Bus bus = Bus.builder()
                .middleware(new RateLimiting(alwaysTooLate(limiter)))
                .build()) {
            bus.handle(Pay.class, pay -> "paid");
            assertThat(reasonOf(bus.execute(new Pay(1)))).isEqualTo(Reason.RATE_LIMITED);
        }
    }

    @Test
    void aBreakerThatWasThereBeforeOpensAgainAtTheFirstFailureToo() {
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreaking.defaults());
        CircuitBreaker breaker = breakers.circuitBreaker("bank");
        try (Bus bus = Bus.builder()
                .middleware(new CircuitBreaking(breakers, Duration.ofSeconds(30)))
                .build()) {
            bus.handle(
                    Pay.class,
                    pay -> {
                        throw new IllegalStateException("no connection");
                    },
                    HandlerOptions.DEFAULT.withDependency("bank"));
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();
            bus.execute(new Pay(1));
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        }
    }

    @Test
    void aHandlerThatTakesLongerThanTheWindowHasItsMessageAlone() throws InterruptedException {
        AtomicLong nanos = new AtomicLong();
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        SendOptions once = SendOptions.DEFAULT.withIdempotencyKey("p-1");
        try (Bus bus = Bus.builder()
                .middleware(new Deduplication(Duration.ofMinutes(2), 100, nanos::get))
                .build()) {
            bus.handle(Pay.class, pay -> {
                calls.incrementAndGet();
                begun.countDown();
                goOn.await();
                return "paid";
            });
            CompletableFuture<CommandResult<String>> first = bus.executeAsync(new Pay(1), once);
            begun.await();
            nanos.set(Duration.ofMinutes(5).toNanos());
            CompletableFuture<CommandResult<String>> second = bus.executeAsync(new Pay(1), once);
            assertThat(reasonOf(second.join())).isEqualTo(Reason.DUPLICATE);
            goOn.countDown();
            assertThat(first.join()).isEqualTo(CommandResult.success("paid"));
            assertThat(bus.execute(new Pay(1), once)).isEqualTo(CommandResult.success("paid"));
            assertThat(calls).hasValue(1);
        }
    }
}
