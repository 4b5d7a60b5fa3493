package io.signalbox.bus.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.bus.Bus;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.ledger.DurationRecorder;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ShippedMiddlewareTest {
    record Pay(@Min(1) int amount, @NotBlank String to) implements Command<String> {}

    record Paid(@Min(1) int amount) implements Event {}

    private static Reason reasonOf(CommandResult<?> result) {
        assertThat(result).isInstanceOf(CommandResult.Rejected.class);
        return ((CommandResult.Rejected<?>) result).reason();
    }

    @Test
    void validationRejectsWithAllViolationsInOneText() {
        try (var factory = jakarta.validation.Validation.buildDefaultValidatorFactory();
                Bus bus = Bus.builder()
                        .callerRuns()
                        .middleware(new Validation(factory.getValidator()))
                        .errorHandler((envelope, handler, error, attempts) -> {})
                        .build()) {
            bus.handle(Pay.class, pay -> "paid");
            bus.subscribe(Paid.class, paid -> {});
            assertThat(bus.execute(new Pay(5, "bob")).orElseThrow()).isEqualTo("paid");
            CommandResult<String> result = bus.execute(new Pay(0, " "));
            assertThat(reasonOf(result)).isEqualTo(Reason.INVALID);
            assertThat(((CommandResult.Rejected<?>) result).detail())
                    .contains("amount ")
                    .contains("to ");
            bus.publish(new Paid(0));
            assertThat(bus.deadLetters().list())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason()).isEqualTo(Reason.INVALID));
        }
    }

    @Test
    void retryingTriesAgainOnTheSameThreadAsOftenAsItsPolicySays() {
        List<Long> pauses = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        RetryPolicy policy = RetryPolicy.exponential(3, Duration.ofMillis(10), Duration.ofSeconds(1));
        try (Bus bus =
                Bus.builder().middleware(new Retrying(policy, pauses::add)).build()) {
            bus.handle(Pay.class, pay -> {
                if (calls.incrementAndGet() < 3) {
                    throw new IllegalStateException("row is locked");
                }
                return "paid";
            });
            assertThat(bus.execute(new Pay(1, "bob")).orElseThrow()).isEqualTo("paid");
            assertThat(pauses).containsExactly(10_000_000L, 20_000_000L);
            calls.set(-100);
            assertThat(bus.execute(new Pay(1, "bob"))).isInstanceOf(CommandResult.Failure.class);
            assertThat(calls).hasValue(-96);
        }
    }

    @Test
    void aBreakerOpensAfterFiveFailuresInARowAndRejectsAtOnce() {
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean down = new AtomicBoolean(true);
        CircuitBreaking breaking = new CircuitBreaking();
        try (Bus bus = Bus.builder().middleware(breaking).build()) {
            bus.handle(
                    Pay.class,
                    pay -> {
                        calls.incrementAndGet();
                        if (down.get()) {
                            throw new IllegalStateException("no connection");
                        }
                        return "paid";
                    },
                    HandlerOptions.DEFAULT.withDependency("bank"));
            for (int i = 0; i < 4; i++) {
                bus.execute(new Pay(1, "bob"));
            }
            down.set(false);
            assertThat(bus.execute(new Pay(1, "bob")).isSuccess()).isTrue();
            down.set(true);
            for (int i = 0; i < 4; i++) {
                bus.execute(new Pay(1, "bob"));
            }
            CircuitBreaker breaker = breaking.breakers().circuitBreaker("bank");
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
            bus.execute(new Pay(1, "bob"));
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
            int before = calls.get();
            CommandResult<String> rejected = bus.execute(new Pay(1, "bob"));
            assertThat(reasonOf(rejected)).isEqualTo(Reason.CIRCUIT_OPEN);
            assertThat(((CommandResult.Rejected<?>) rejected).retryAfter()).isEqualTo(Duration.ofSeconds(30));
            assertThat(calls).hasValue(before);

            breaker.transitionToHalfOpenState();
            bus.execute(new Pay(1, "bob"));
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);

            breaker.transitionToHalfOpenState();
            down.set(false);
            bus.execute(new Pay(1, "bob"));
            bus.execute(new Pay(1, "bob"));
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
            bus.execute(new Pay(1, "bob"));
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
    }

    @Test
    void aHandlerThatNamesNoDependencyHasNoBreaker() {
        CircuitBreaking breaking = new CircuitBreaking(
                CircuitBreakerRegistry.of(CircuitBreakerConfig.ofDefaults()), Duration.ofSeconds(1));
        try (Bus bus = Bus.builder().middleware(breaking).build()) {
            bus.handle(Pay.class, pay -> {
                throw new IllegalStateException("a bug");
            });
            for (int i = 0; i < 200; i++) {
                assertThat(bus.execute(new Pay(1, "bob"))).isInstanceOf(CommandResult.Failure.class);
            }
            assertThat(breaking.breakers().getAllCircuitBreakers()).isEmpty();
        }
    }

    @Test
    void theRateLimiterRejectsWhatIsTooMuchAndSaysWhenToComeBack() {
        RateLimiter limiter = RateLimiter.of(
                "pay",
                RateLimiterConfig.custom()
                        .limitForPeriod(2)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .build());
        try (Bus bus = Bus.builder().middleware(new RateLimiting(limiter)).build()) {
            bus.handle(Pay.class, pay -> "paid");
            assertThat(bus.execute(new Pay(1, "a")).isSuccess()).isTrue();
            assertThat(bus.execute(new Pay(1, "a")).isSuccess()).isTrue();
            CommandResult<String> third = bus.execute(new Pay(1, "a"));
            assertThat(reasonOf(third)).isEqualTo(Reason.RATE_LIMITED);
            assertThat(((CommandResult.Rejected<?>) third).retryAfter()).isEqualTo(Duration.ofHours(1));
        }
    }

    @Test
    void aSecondCommandWithTheSameKeyHasTheResultOfTheFirst() {
        AtomicInteger calls = new AtomicInteger();
        AtomicLong nanos = new AtomicLong();
        SendOptions once = SendOptions.DEFAULT.withIdempotencyKey("p-1");
        try (Bus bus = Bus.builder()
                .middleware(new Deduplication(Duration.ofMinutes(2), 100, nanos::get))
                .build()) {
            bus.handle(Pay.class, pay -> "receipt " + calls.incrementAndGet());
            assertThat(bus.execute(new Pay(1, "bob"), once).orElseThrow()).isEqualTo("receipt 1");
            assertThat(bus.execute(new Pay(1, "bob"), once).orElseThrow()).isEqualTo("receipt 1");
            assertThat(bus.execute(new Pay(1, "bob")).orElseThrow()).isEqualTo("receipt 2");
            assertThat(bus.execute(new Pay(1, "bob")).orElseThrow()).isEqualTo("receipt 3");
            nanos.set(Duration.ofMinutes(3).toNanos());
            assertThat(bus.execute(new Pay(1, "bob"), once).orElseThrow()).isEqualTo("receipt 4");
        }
    }

    @Test
    void aCommandWhoseTwinIsBeingHandledIsRejectedAndOneWhoseTwinFailedIsHandled() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        SendOptions once = SendOptions.DEFAULT.withIdempotencyKey("p-1");
        try (Bus bus = Bus.builder().middleware(new Deduplication()).build()) {
            bus.handle(Pay.class, pay -> {
                if (calls.incrementAndGet() == 1) {
                    started.countDown();
                    go.await();
                    throw new IllegalStateException("down");
                }
                return "paid";
            });
            var first = bus.executeAsync(new Pay(1, "bob"), once);
            started.await();
            assertThat(reasonOf(bus.execute(new Pay(1, "bob"), once))).isEqualTo(Reason.DUPLICATE);
            go.countDown();
            assertThat(first.join()).isInstanceOf(CommandResult.Failure.class);
            assertThat(bus.execute(new Pay(1, "bob"), once).orElseThrow()).isEqualTo("paid");
        }
    }

    @Test
    void aSecondEventWithTheSameKeyIsKeptFromEachHandlerThatHadIt() {
        AtomicInteger a = new AtomicInteger();
        AtomicInteger b = new AtomicInteger();
        try (Bus bus =
                Bus.builder().callerRuns().middleware(new Deduplication()).build()) {
            bus.subscribe(Paid.class, paid -> a.incrementAndGet(), HandlerOptions.named("a"));
            bus.subscribe(Paid.class, paid -> b.incrementAndGet(), HandlerOptions.named("b"));
            bus.publish(new Paid(1), SendOptions.DEFAULT.withIdempotencyKey("e-1"));
            bus.publish(new Paid(1), SendOptions.DEFAULT.withIdempotencyKey("e-1"));
            bus.publish(new Paid(1), SendOptions.DEFAULT.withIdempotencyKey("e-2"));
            assertThat(a).hasValue(2);
            assertThat(b).hasValue(2);
        }
    }

    @Test
    void oneTraceGoesFromCommandToEventToEvent() {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build()) {
            Tracing tracing = new Tracing(sdk);
            try (Bus bus = Bus.builder()
                    .middleware(tracing)
                    .stamp(tracing.stamp())
                    .errorHandler((envelope, handler, error, attempts) -> {})
                    .build()) {
                bus.handle(Pay.class, pay -> {
                    bus.publish(new Paid(pay.amount()));
                    return "paid";
                });
                bus.subscribe(Paid.class, paid -> {
                    throw new IllegalStateException("broken");
                });
                bus.execute(
                        new Pay(1, "bob"),
                        SendOptions.DEFAULT.withTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
                await().untilAsserted(
                                () -> assertThat(spans.getFinishedSpanItems()).hasSize(2));
            }
            SpanData pay = named(spans, "process Pay");
            SpanData paid = named(spans, "process Paid");
            assertThat(pay.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
            assertThat(pay.getParentSpanId()).isEqualTo("b7ad6b7169203331");
            assertThat(paid.getTraceId()).isEqualTo(pay.getTraceId());
            assertThat(paid.getParentSpanId()).isEqualTo(pay.getSpanId()).isNotEqualTo(SpanId.getInvalid());
            assertThat(paid.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        }
    }

    private static SpanData named(InMemorySpanExporter spans, String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void authorizationAsksTheHousesAuthorizerForTheTopicOfTheType() {
        Authorizer onlyAlice = new Authorizer() {
            @Override
            public boolean mayPublish(Principal principal, Topic topic) {
                return principal.name().equals("alice") && topic.text().equals("bus/Pay");
            }

            @Override
            public boolean maySubscribe(Principal principal, TopicFilter filter) {
                return false;
            }

            @Override
            public boolean mayReceive(Principal principal, Topic topic) {
                return false;
            }

            @Override
            public boolean mayAdminister(Principal principal) {
                return false;
            }

            @Override
            public long epoch() {
                return 0;
            }
        };
        try (Bus bus = Bus.builder()
                .middleware(new Authorization(
                        onlyAlice,
                        envelope -> envelope.from()
                                .map(name -> Principal.user(name, ""))
                                .orElse(Principal.ANONYMOUS)))
                .build()) {
            bus.handle(Pay.class, pay -> "paid");
            assertThat(bus.execute(new Pay(1, "bob"), SendOptions.DEFAULT.withFrom("alice"))
                            .isSuccess())
                    .isTrue();
            assertThat(reasonOf(bus.execute(new Pay(1, "bob"), SendOptions.DEFAULT.withFrom("mallory"))))
                    .isEqualTo(Reason.NOT_AUTHORIZED);
            assertThat(reasonOf(bus.execute(new Pay(1, "bob")))).isEqualTo(Reason.NOT_AUTHORIZED);
        }
    }

    @Test
    void timingMeasuresWhatLiesBehindIt() {
        AtomicLong nanos = new AtomicLong();
        List<String> recorded = new ArrayList<>();
        DurationRecorder recorder = new DurationRecorder() {
            @Override
            public void event(Class<?> type, String handler, long took, boolean succeeded) {
                recorded.add(type.getSimpleName() + " " + handler + " " + took + " " + succeeded);
            }

            @Override
            public void command(Class<?> type, String handler, long took, boolean succeeded) {
                recorded.add(type.getSimpleName() + " " + handler + " " + took + " " + succeeded);
            }
        };
        try (Bus bus = Bus.builder()
                .callerRuns()
                .middleware(new Timing(recorder, nanos::get))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.handle(
                    Pay.class,
                    pay -> {
                        nanos.addAndGet(700);
                        return "paid";
                    },
                    HandlerOptions.named("pay"));
            bus.subscribe(
                    Paid.class,
                    paid -> {
                        nanos.addAndGet(5);
                        throw new IllegalStateException("broken");
                    },
                    HandlerOptions.named("paid"));
            bus.execute(new Pay(1, "bob"));
            bus.publish(new Paid(1));
            assertThat(recorded).containsExactly("Pay pay 700 true", "Paid paid 5 false");
        }
    }

    @Test
    void loggingNamesTypeAndHandlerAndNeverThePayload() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.signalbox.bus.test.messages");
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try (Bus bus =
                Bus.builder().callerRuns().middleware(new Logging(logger)).build()) {
            bus.handle(Pay.class, pay -> "paid", HandlerOptions.named("till"));
            bus.subscribe(Paid.class, paid -> {}, HandlerOptions.named("books"));
            bus.execute(new Pay(4711, "secret-name"));
            bus.publish(new Paid(4712));
        } finally {
            logger.detachAppender(lines);
        }
        List<String> text =
                lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(text).hasSize(4);
        assertThat(text.get(0)).contains("Pay").contains("till");
        assertThat(text.get(3)).contains("Paid").contains("books");
        assertThat(String.join(" ", text)).doesNotContain("secret-name").doesNotContain("4711");
    }
}
