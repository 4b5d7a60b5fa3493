package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Order per key, and what waits behind a dead letter. */
class OrderTest {
    record Step(String order, int number) implements Event {}

    interface Work extends Event {}

    record Cut(int number) implements Work {}

    record Glue(int number) implements Work {}

    private static SendOptions key(String key) {
        return SendOptions.DEFAULT.withOrderingKey(key);
    }

    @Test
    void eventsOfOneKeyAreHandledInOrderThoughHandlersBlock() {
        int keys = 10;
        int each = 100;
        Map<String, List<Integer>> seen = new ConcurrentHashMap<>();
        try (Bus bus = Bus.builder().orderingKey(Step.class, Step::order).build()) {
            bus.subscribe(Step.class, step -> {
                if (ThreadLocalRandom.current().nextInt(20) == 0) {
                    LockSupport.parkNanos(200_000);
                }
                seen.computeIfAbsent(step.order(), k -> new CopyOnWriteArrayList<>())
                        .add(step.number());
            });
            for (int i = 0; i < each; i++) {
                for (int k = 0; k < keys; k++) {
                    assertThat(bus.publish(new Step("o" + k, i))).isEqualTo(PublishResult.ACCEPTED);
                }
            }
            await().untilAsserted(() ->
                    assertThat(bus.ledger().event(Step.class).handled()).isEqualTo(keys * each));
        }
        assertThat(seen).hasSize(keys);
        seen.values().forEach(numbers -> assertThat(numbers).hasSize(each).isSorted());
    }

    @Test
    void otherKeysGoOnWhileOneIsHeldUp() {
        ManualScheduler time = new ManualScheduler();
        List<String> seen = new ArrayList<>();
        Set<String> failing = new HashSet<>(Set.of("a1"));
        try (Bus bus = Bus.builder()
                .scheduler(time)
                .events(Step.class, s -> s.withRetry(RetryPolicy.delivery()))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.subscribe(Step.class, step -> {
                if (failing.contains(step.order() + step.number())) {
                    throw new IllegalStateException("not yet");
                }
                seen.add(step.order() + step.number());
            });
            for (int i = 1; i <= 2; i++) {
                bus.publish(new Step("a", i), key("a"));
                bus.publish(new Step("b", i), key("b"));
            }
            time.run();
            assertThat(seen).containsExactly("b1", "b2");
            failing.clear();
            time.advance(Duration.ofSeconds(1));
            assertThat(seen).containsExactly("b1", "b2", "a1", "a2");
        }
    }

    private static Redrive ended(ManualScheduler time, CompletableFuture<Redrive> redrive) {
        time.run();
        assertThat(redrive).isCompleted();
        return redrive.join();
    }

    @Test
    void whatComesAfterADeadLetterOfItsKeyWaitsUntilThatIsRedriven() {
        ManualScheduler time = new ManualScheduler();
        List<String> seen = new ArrayList<>();
        Set<String> failing = new HashSet<>(Set.of("a1"));
        try (Bus bus = Bus.builder()
                .scheduler(time)
                .events(Step.class, s -> s.withParkedPerKeyMax(3))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.subscribe(Step.class, step -> {
                if (failing.contains(step.order() + step.number())) {
                    throw new IllegalStateException("down");
                }
                seen.add(step.order() + step.number());
            });
            for (int i = 1; i <= 4; i++) {
                bus.publish(new Step("a", i), key("a"));
                time.run();
            }
            bus.publish(new Step("b", 1), key("b"));
            time.run();
            assertThat(seen).containsExactly("b1");
            assertThat(bus.publish(new Step("a", 5), key("a")))
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.PARKED));
            assertThat(bus.ledger().event(Step.class).queued()).isEqualTo(3);

            DeadLetter letter = bus.deadLetters().list().getFirst();
            assertThat(ended(time, bus.deadLetters().redrive(letter.id()))).isEqualTo(Redrive.FAILED_AGAIN);
            assertThat(seen).containsExactly("b1");

            failing.clear();
            assertThat(ended(time, bus.deadLetters().redrive(letter.id()))).isEqualTo(Redrive.RESOLVED);
            assertThat(seen).containsExactly("b1", "a1", "a2", "a3", "a4");
            assertThat(bus.publish(new Step("a", 5), key("a"))).isEqualTo(PublishResult.ACCEPTED);
            time.run();
            assertThat(seen).endsWith("a5");
            assertThat(bus.ledger().event(Step.class).pending()).isZero();
        }
    }

    @Test
    void anEditedMessageTakesThePlaceOfTheDeadOneAndTheOthersGoOn() {
        ManualScheduler time = new ManualScheduler();
        List<String> seen = new ArrayList<>();
        List<String> causes = new ArrayList<>();
        try (Bus bus = Bus.builder()
                .scheduler(time)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.subscribe(Step.class, step -> {
                if (step.number() < 0) {
                    throw new IllegalArgumentException("negative");
                }
                CurrentMessage.envelope().causationId().ifPresent(causes::add);
                seen.add(step.order() + step.number());
            });
            bus.publish(new Step("a", -1), key("a"));
            bus.publish(new Step("a", 2), key("a"));
            time.run();
            DeadLetter letter = bus.deadLetters().list().getFirst();
            assertThat(ended(time, bus.deadLetters().redriveEdited(letter.id(), new Step("a", -5))))
                    .isEqualTo(Redrive.FAILED_AGAIN);
            assertThat(bus.deadLetters()
                            .find(letter.id())
                            .orElseThrow()
                            .envelope()
                            .message())
                    .isEqualTo(new Step("a", -5));
            String dead =
                    bus.deadLetters().find(letter.id()).orElseThrow().envelope().id();
            assertThat(ended(time, bus.deadLetters().redriveEdited(letter.id(), new Step("a", 1))))
                    .isEqualTo(Redrive.RESOLVED);
            assertThat(seen).containsExactly("a1", "a2");
            assertThat(causes).containsExactly(dead);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageOfAnotherClassThatTakesThePlaceOfTheDeadOneLetsTheOthersGoOnToo(boolean discarded) {
        ManualScheduler time = new ManualScheduler();
        List<Work> seen = new ArrayList<>();
        try (Bus bus = Bus.builder()
                .scheduler(time)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.subscribe(Work.class, work -> {
                if (work.equals(new Cut(1)) || discarded && work instanceof Glue) {
                    throw new IllegalStateException("poison");
                }
                seen.add(work);
            });
            bus.publish(new Cut(1), key("a"));
            bus.publish(new Cut(2), key("a"));
            time.run();
            String id = bus.deadLetters().list().getFirst().id();
            Redrive outcome = ended(time, bus.deadLetters().redriveEdited(id, new Glue(1)));
            assertThat(outcome).isEqualTo(discarded ? Redrive.FAILED_AGAIN : Redrive.RESOLVED);
            if (discarded) {
                assertThat(seen).isEmpty();
                bus.deadLetters().discard(id);
                time.run();
            }
            assertThat(seen).endsWith(new Cut(2)).hasSize(discarded ? 1 : 2);
            assertThat(bus.ledger().pendingEvents()).isZero();
        }
    }

    @Test
    void discardingTheDeadLetterLetsTheOthersGoOn() {
        ManualScheduler time = new ManualScheduler();
        List<Integer> seen = new ArrayList<>();
        try (Bus bus = Bus.builder()
                .scheduler(time)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.subscribe(Step.class, step -> {
                if (step.number() == 1) {
                    throw new IllegalStateException("poison");
                }
                seen.add(step.number());
            });
            bus.publish(new Step("a", 1), key("a"));
            bus.publish(new Step("a", 2), key("a"));
            time.run();
            assertThat(seen).isEmpty();
            assertThat(bus.deadLetters()
                            .discard(bus.deadLetters().list().getFirst().id()))
                    .isTrue();
            time.run();
            assertThat(seen).containsExactly(2);
        }
    }

    @Test
    void parkedEventsAreDeadLettersWhenTheBusCloses() {
        ManualScheduler time = new ManualScheduler();
        Bus bus = Bus.builder()
                .scheduler(time)
                .drainTimeout(Duration.ofSeconds(1))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
        bus.subscribe(Step.class, step -> {
            throw new IllegalStateException("poison");
        });
        bus.publish(new Step("a", 1), key("a"));
        bus.publish(new Step("a", 2), key("a"));
        time.run();
        bus.close();
        assertThat(bus.deadLetters().list())
                .extracting(DeadLetter::reason)
                .containsExactly(Reason.DELIVERY_LIMIT, Reason.CLOSED);
        assertThat(bus.ledger().event(Step.class).pending()).isZero();
    }
}
