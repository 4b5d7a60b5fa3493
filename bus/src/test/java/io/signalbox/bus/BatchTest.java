package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {
    record Reading(int value) implements Event {}

    private final ManualScheduler time = new ManualScheduler();

    private Bus stepped() {
        return Bus.builder()
                .scheduler(time)
                .drainTimeout(Duration.ofSeconds(1))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
    }

    @Test
    void aBatchGoesWhenItIsFull() {
        List<List<Reading>> batches = new ArrayList<>();
        try (Bus bus = stepped()) {
            bus.subscribeBatch(Reading.class, batch -> batches.add(List.copyOf(batch)));
            for (int i = 0; i < 250; i++) {
                bus.publish(new Reading(i));
            }
            time.run();
            assertThat(batches).extracting(List::size).containsExactly(100, 100);
            time.advance(Duration.ofMillis(99));
            assertThat(batches).hasSize(2);
            time.advance(Duration.ofMillis(1));
            assertThat(batches).extracting(List::size).containsExactly(100, 100, 50);
            assertThat(batches.stream().flatMap(List::stream).map(Reading::value))
                    .containsExactlyElementsOf(IntStream.range(0, 250).boxed().toList());
            assertThat(bus.ledger().event(Reading.class).handled()).isEqualTo(250);
        }
    }

    @Test
    void onlyTheElementsThatFailedAreTriedAgain() {
        List<List<Integer>> calls = new ArrayList<>();
        try (Bus bus = stepped()) {
            bus.subscribeBatch(
                    Reading.class,
                    batch -> {
                        calls.add(batch.stream().map(Reading::value).toList());
                        for (int i = 0; i < batch.size(); i++) {
                            if (batch.get(i).value() == 2 && calls.size() < 3
                                    || batch.get(i).value() == 3) {
                                batch.fail(i, new IllegalStateException("element " + i));
                            }
                        }
                    },
                    new BatchOptions(4, Duration.ofMillis(10)),
                    HandlerOptions.named("b")
                            .withRetry(RetryPolicy.exponential(2, Duration.ofSeconds(1), Duration.ofSeconds(2))));
            for (int i = 1; i <= 4; i++) {
                bus.publish(new Reading(i));
            }
            time.advance(Duration.ofSeconds(10));
            assertThat(calls).containsExactly(List.of(1, 2, 3, 4), List.of(2, 3), List.of(2, 3));
            assertThat(bus.deadLetters().list()).singleElement().satisfies(letter -> {
                assertThat(letter.envelope().message()).isEqualTo(new Reading(3));
                assertThat(letter.attempts()).isEqualTo(3);
                assertThat(letter.handler()).isEqualTo("b");
            });
            assertThat(bus.ledger().event(Reading.class).handled()).isEqualTo(3);
            assertThat(bus.ledger().event(Reading.class).dead()).isEqualTo(1);
        }
    }

    @Test
    void whatTheHandlerThrowsFailsAllThatDidNotFailBefore() {
        try (Bus bus = stepped()) {
            IllegalStateException own = new IllegalStateException("own");
            IllegalStateException all = new IllegalStateException("all");
            bus.subscribeBatch(
                    Reading.class,
                    batch -> {
                        batch.fail(0, own);
                        throw all;
                    },
                    new BatchOptions(2, Duration.ofMillis(10)),
                    HandlerOptions.DEFAULT);
            bus.publish(new Reading(1));
            bus.publish(new Reading(2));
            time.advance(Duration.ofMillis(10));
            assertThat(bus.deadLetters().list())
                    .extracting(letter -> letter.deaths().getFirst().error())
                    .containsExactly(own, all);
        }
    }

    @Test
    void aBatchHandlerIsNeverCalledConcurrentlyWithItself() {
        AtomicBoolean inside = new AtomicBoolean();
        AtomicBoolean overlapped = new AtomicBoolean();
        AtomicInteger seen = new AtomicInteger();
        try (Bus bus = Bus.create()) {
            bus.subscribeBatch(
                    Reading.class,
                    batch -> {
                        if (!inside.compareAndSet(false, true)) {
                            overlapped.set(true);
                        }
                        Thread.yield();
                        seen.addAndGet(batch.size());
                        inside.set(false);
                    },
                    new BatchOptions(7, Duration.ofMillis(1)),
                    HandlerOptions.DEFAULT);
            for (int i = 0; i < 5_000; i++) {
                bus.publish(new Reading(i));
            }
            await().untilAsserted(() -> assertThat(seen).hasValue(5_000));
        }
        assertThat(overlapped).isFalse();
    }

    @Test
    void aFilterKeepsAnEventFromTheBatch() {
        List<Integer> seen = new ArrayList<>();
        try (Bus bus = stepped()) {
            bus.subscribeBatch(
                    Reading.class,
                    batch -> batch.forEach(reading -> seen.add(reading.value())),
                    new BatchOptions(2, Duration.ofMillis(10)),
                    HandlerOptions.DEFAULT.withFilter(
                            envelope -> envelope.message() instanceof Reading reading && reading.value() > 1));
            for (int i = 0; i < 4; i++) {
                bus.publish(new Reading(i));
            }
            time.advance(Duration.ofMillis(10));
            assertThat(seen).containsExactly(2, 3);
            assertThat(bus.ledger().event(Reading.class).handled()).isEqualTo(4);
        }
    }

    @Test
    void aBatchWhoseTimeIsUpIsInterruptedAndFailsWhatHadNotFailedByItself() {
        List<String> errors = new CopyOnWriteArrayList<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        try (Bus bus = Bus.builder()
                .errorHandler((envelope, handler, error, attempts) ->
                        errors.add(envelope.message() + " " + error.getClass().getSimpleName()))
                .build()) {
            bus.subscribeBatch(
                    Reading.class,
                    batch -> {
                        batch.fail(0, new IllegalStateException("by itself"));
                        try {
                            new CountDownLatch(1).await();
                        } finally {
                            interrupted.set(true);
                        }
                    },
                    new BatchOptions(2, Duration.ofSeconds(60)),
                    HandlerOptions.named("b").withTimeout(Duration.ofMillis(50)));
            bus.publish(new Reading(1));
            bus.publish(new Reading(2));
            await().untilAsserted(() -> assertThat(errors)
                    .containsExactlyInAnyOrder(
                            "Reading[value=1] IllegalStateException", "Reading[value=2] TimeoutException"));
            await().untilTrue(interrupted);
            // The error handler hears of each before it is a dead letter.
            await().untilAsserted(() -> assertThat(bus.deadLetters().size()).isEqualTo(2));
        }
    }

    @Test
    void eventsOfOneKeyKeepTheirOrderAcrossBatchesAndRetries() {
        List<Integer> seen = new ArrayList<>();
        AtomicBoolean failed = new AtomicBoolean();
        try (Bus bus = stepped()) {
            bus.subscribeBatch(
                    Reading.class,
                    batch -> {
                        for (int i = 0; i < batch.size(); i++) {
                            if (batch.get(i).value() == 1 && failed.compareAndSet(false, true)) {
                                batch.fail(i, new IllegalStateException("once"));
                            } else {
                                seen.add(batch.get(i).value());
                            }
                        }
                    },
                    new BatchOptions(10, Duration.ofMillis(10)),
                    HandlerOptions.DEFAULT.withRetry(RetryPolicy.delivery()));
            for (int i = 0; i < 4; i++) {
                bus.publish(new Reading(i), SendOptions.DEFAULT.withOrderingKey("k"));
            }
            time.advance(Duration.ofSeconds(5));
            assertThat(seen).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void closingTheBusLetsAHalfFullBatchGo() {
        AtomicInteger seen = new AtomicInteger();
        Bus bus = stepped();
        bus.subscribeBatch(
                Reading.class,
                batch -> seen.addAndGet(batch.size()),
                new BatchOptions(100, Duration.ofHours(1)),
                HandlerOptions.DEFAULT);
        bus.publish(new Reading(1));
        time.run();
        bus.close();
        assertThat(seen).hasValue(1);
    }

    @Test
    void aBatchHandlerThatBlocksDoesNotHoldUpTheEndOfTheBus() throws InterruptedException {
        CountDownLatch gathered = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Bus bus = Bus.builder().drainTimeout(Duration.ofMillis(1)).build();
        try {
            bus.subscribeBatch(
                    Reading.class,
                    batch -> waitHeedingNoInterrupt(goOn),
                    new BatchOptions(100, Duration.ofHours(1)),
                    HandlerOptions.named("batch"));
            // A group of lower priority is called when the event is with the batch.
            bus.subscribe(
                    Reading.class,
                    reading -> gathered.countDown(),
                    HandlerOptions.named("after").withPriority(-1));
            bus.publish(new Reading(1));
            gathered.await();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(bus::close);
            await().untilAsserted(() -> assertThat(closing).isCompleted());
            assertThat(bus.status().open()).isFalse();
        } finally {
            goOn.countDown();
        }
        await().untilAsserted(() -> assertThat(bus.ledger().pendingEvents()).isZero());
    }

    private static void waitHeedingNoInterrupt(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // On purpose: it is left behind.
            }
        }
    }

    @Test
    void whatComesToABatchWhileTheBusClosesDoesNotWaitForCompany() {
        List<Integer> seen = new ArrayList<>();
        Bus bus = stepped();
        bus.subscribeBatch(
                Reading.class,
                batch -> batch.forEach(reading -> seen.add(reading.value())),
                new BatchOptions(100, Duration.ofHours(1)),
                HandlerOptions.DEFAULT);
        bus.publish(new Reading(1));
        bus.publish(new Reading(2));
        bus.close();
        assertThat(seen).containsExactly(1, 2);
        assertThat(bus.ledger().pendingEvents()).isZero();
    }

    @Test
    void whatABatchHandlerDidNotGetToBeforeTheBusWasClosedIsADeadLetter() {
        Bus bus = stepped();
        bus.subscribeBatch(
                Reading.class,
                batch -> time.await(
                        new CompletableFuture<Void>(), Duration.ofSeconds(10).toNanos()),
                new BatchOptions(1, Duration.ofHours(1)),
                HandlerOptions.DEFAULT);
        bus.publish(new Reading(1));
        bus.publish(new Reading(2));
        bus.close();
        assertThat(bus.ledger().pendingEvents()).isZero();
        assertThat(bus.ledger().event(Reading.class).handled()
                        + bus.ledger().event(Reading.class).dead())
                .isEqualTo(2);
    }

    @Test
    void aBatchWhoseTurnComesWhenTheBusIsClosedIsADeadLetter() {
        HoldsBack busy = new HoldsBack(time);
        List<List<Reading>> batches = new ArrayList<>();
        Bus bus = Bus.builder()
                .scheduler(busy)
                .drainTimeout(Duration.ofSeconds(1))
                .build();
        bus.subscribeBatch(Reading.class, batch -> batches.add(List.copyOf(batch)));
        bus.publish(new Reading(1));
        time.run();
        busy.hold();
        bus.close();
        busy.letGo();
        assertThat(batches).isEmpty();
        assertThat(bus.deadLetters().list())
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).isEqualTo(Reason.CLOSED));
        assertThat(bus.ledger().event(Reading.class).pending()).isZero();
    }
}
