package io.signalbox.bus.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.handler.Batch;
import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Event middlewares stand around each element of a batch as if it had come alone. */
class BatchChainTest {
    record Reading(int value) implements Event {}

    private final List<String> log = new ArrayList<>();

    private Bus handling(BusBuilder builder, int size) {
        Bus bus = builder.callerRuns()
                .errorHandler((envelope, handler, error, attempts) ->
                        log.add("error of " + envelope.message() + ": " + error.getMessage()))
                .build();
        bus.subscribeBatch(
                Reading.class,
                batch -> log.add("handler " + values(batch)),
                new BatchOptions(size, Duration.ofHours(1)),
                HandlerOptions.DEFAULT);
        return bus;
    }

    private static List<Integer> values(Batch<Reading> batch) {
        return batch.stream().map(Reading::value).toList();
    }

    private static void publish(Bus bus, int... values) {
        for (int value : values) {
            bus.publish(new Reading(value));
        }
    }

    @Test
    void eachElementHasItsMiddlewaresAroundTheOneCall() {
        EventMiddleware<Object> logging = (call, next) -> {
            log.add("before " + call.event() + " " + CurrentMessage.envelope().message());
            next.proceed(call);
            log.add("after " + call.event());
        };
        try (Bus bus = handling(Bus.builder().eventMiddleware(logging), 2)) {
            publish(bus, 1, 2);
            assertThat(log)
                    .containsExactly(
                            "before Reading[value=1] Reading[value=1]",
                            "before Reading[value=2] Reading[value=2]",
                            "handler [1, 2]",
                            "after Reading[value=2]",
                            "after Reading[value=1]");
        }
    }

    @Test
    void whatAMiddlewareRefusesOrKeepsForItselfIsNotInTheBatch() {
        EventMiddleware<Reading> choosing = (call, next) -> {
            if (call.event().value() == 1) {
                throw new IllegalArgumentException("no ones");
            }
            if (call.event().value() != 2) {
                next.proceed(call);
            }
        };
        try (Bus bus = handling(Bus.builder().eventMiddleware(Reading.class, choosing), 4)) {
            publish(bus, 1, 2, 3, 4);
            assertThat(log).containsExactly("handler [3, 4]", "error of Reading[value=1]: no ones");
            assertThat(bus.ledger().event(Reading.class).handled()).isEqualTo(3);
            assertThat(bus.ledger().event(Reading.class).dead()).isEqualTo(1);
        }
    }

    @Test
    void aBatchOfWhichNothingIsLeftIsNotCalled() {
        try (Bus bus = handling(Bus.builder().eventMiddleware((call, next) -> {}), 2)) {
            publish(bus, 1, 2);
            assertThat(log).isEmpty();
            assertThat(bus.ledger().event(Reading.class).handled()).isEqualTo(2);
        }
    }

    @Test
    void whatAMiddlewareChangesTheHandlerSees() {
        EventMiddleware<Reading> doubling = (call, next) ->
                next.proceed(call.withEvent(new Reading(2 * call.event().value())));
        try (Bus bus = handling(Bus.builder().eventMiddleware(Reading.class, doubling), 2)) {
            publish(bus, 1, 2);
            assertThat(log).containsExactly("handler [2, 4]");
        }
    }

    @Test
    void aMiddlewareHearsHowItsElementEndedAndMayTryItAgainAlone() {
        EventMiddleware<Object> retrying = (call, next) -> {
            try {
                next.proceed(call);
            } catch (IllegalStateException failed) {
                log.add(call.event() + " " + failed.getMessage());
                next.proceed(call);
            }
        };
        try (Bus bus = Bus.builder().callerRuns().eventMiddleware(retrying).build()) {
            bus.subscribeBatch(
                    Reading.class,
                    batch -> {
                        log.add("handler " + values(batch));
                        if (batch.size() > 1) {
                            batch.fail(1, new IllegalStateException("failed"));
                        }
                    },
                    new BatchOptions(3, Duration.ofHours(1)),
                    HandlerOptions.DEFAULT);
            publish(bus, 1, 2, 3);
            assertThat(log).containsExactly("handler [1, 2, 3]", "Reading[value=2] failed", "handler [2]");
            assertThat(bus.ledger().event(Reading.class).handled()).isEqualTo(3);
            assertThat(bus.deadLetters().size()).isZero();
        }
    }

    @Test
    void aBatchBehindMiddlewaresIsNoLargerThanItsStack() {
        BusBuilder builder = Bus.builder();
        for (int i = 0; i < 12; i++) {
            builder.eventMiddleware((call, next) -> next.proceed(call));
        }
        try (Bus bus = handling(builder, 10_000)) {
            for (int i = 0; i < 100; i++) {
                publish(bus, i);
            }
            assertThat(log)
                    .singleElement()
                    .asString()
                    .startsWith("handler [0, 1, ")
                    .endsWith(", 98, 99]");
        }
    }
}
