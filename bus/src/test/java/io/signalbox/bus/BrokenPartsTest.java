package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.ledger.DurationRecorder;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What belongs to the user and is asked on the way may throw: no key, batch or worker waits for it. */
class BrokenPartsTest {
    record Step(int number) implements Event {}

    private static final SendOptions KEY = SendOptions.DEFAULT.withOrderingKey("k");

    private static final Predicate<Throwable> BROKEN = error -> {
        throw new UnsupportedOperationException("the predicate is broken");
    };

    private static final DurationRecorder BROKEN_RECORDER = new DurationRecorder() {
        @Override
        public void event(Class<?> type, String handler, long nanos, boolean succeeded) {
            throw new UnsupportedOperationException("the recorder is broken");
        }

        @Override
        public void command(Class<?> type, String handler, long nanos, boolean succeeded) {
            throw new UnsupportedOperationException("the recorder is broken");
        }
    };

    private final ManualScheduler time = new ManualScheduler();
    private final List<Integer> seen = new ArrayList<>();

    private BusBuilder builder() {
        return Bus.builder()
                .scheduler(time)
                .drainTimeout(Duration.ofSeconds(1))
                .errorHandler((envelope, handler, error, attempts) -> {});
    }

    private void failOnOne(Step step) {
        if (step.number() == 1) {
            throw new IllegalStateException("down");
        }
        seen.add(step.number());
    }

    @Test
    void whatARetryPredicateThrowsMeansNoRetryAndTheKeyGoesOn() {
        try (Bus bus = builder()
                .events(s -> s.withParking(false)
                        .withRetry(RetryPolicy.immediately(3).withRetryOn(BROKEN)))
                .build()) {
            bus.subscribe(Step.class, this::failOnOne);
            bus.publish(new Step(1), KEY);
            bus.publish(new Step(2), KEY);
            time.run();
            assertThat(seen).containsExactly(2);
            DeadLetter letter = bus.deadLetters().list().getFirst();
            assertThat(letter.attempts()).isEqualTo(1);
            assertThat(letter.lastDeath().error())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("down");
            assertThat(bus.ledger().event(Step.class).pending()).isZero();
        }
    }

    @Test
    void itHoldsUpNeitherTheOtherHandlersOfItsGroupNorTheNextGroup() {
        try (Bus bus = builder()
                .events(s -> s.withRetry(RetryPolicy.immediately(3).withAbortOn(BROKEN)))
                .build()) {
            bus.subscribe(Step.class, step -> seen.add(-step.number()), HandlerOptions.named("first"));
            bus.subscribe(Step.class, this::failOnOne, HandlerOptions.named("second"));
            bus.subscribe(
                    Step.class,
                    step -> seen.add(100),
                    HandlerOptions.named("next group").withPriority(-1));
            bus.publish(new Step(1));
            time.run();
            assertThat(seen).containsExactly(-1, 100);
            assertThat(bus.ledger().event(Step.class).dead()).isEqualTo(1);
            assertThat(bus.ledger().event(Step.class).pending()).isZero();
        }
    }

    @Test
    void aRecorderThatThrowsMakesNoFailureOfWhatWasHandled() {
        try (Bus bus = builder()
                .durations(BROKEN_RECORDER)
                .events(s -> s.withRetry(RetryPolicy.immediately(1)))
                .build()) {
            bus.subscribe(Step.class, step -> seen.add(step.number()));
            bus.publish(new Step(1));
            time.run();
            assertThat(seen).containsExactly(1);
            assertThat(bus.ledger().event(Step.class).handled()).isEqualTo(1);
        }
    }

    @Test
    void aHandlerOfBatchesIsCalledAgainAfterIt() {
        try (Bus bus = builder().durations(BROKEN_RECORDER).build()) {
            bus.subscribeBatch(
                    Step.class,
                    batch -> batch.forEach(step -> seen.add(step.number())),
                    new BatchOptions(1, Duration.ofSeconds(1)),
                    HandlerOptions.DEFAULT);
            bus.publish(new Step(1));
            bus.publish(new Step(2));
            time.run();
            assertThat(seen).containsExactly(1, 2);
            assertThat(bus.ledger().event(Step.class).handled()).isEqualTo(2);
        }
    }
}
