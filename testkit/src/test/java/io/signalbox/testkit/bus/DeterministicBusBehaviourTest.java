package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.query.Gather;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DeterministicBusBehaviourTest {
    record Tick(int number) implements Event {}

    record Tock(int number) implements Event {}

    record Work(int millis) implements Command<Integer> {}

    record Ask() implements Query<String> {}

    private final List<Object> log = new ArrayList<>();

    @Test
    void nothingRunsUntilTheTestMovesTheBus() {
        try (DeterministicBus bus = DeterministicBus.seeded(1)) {
            bus.subscribe(Tick.class, log::add);
            bus.publish(new Tick(1));
            assertThat(log).isEmpty();
            assertThat(bus.step()).isTrue();
            assertThat(log).containsExactly(new Tick(1));
            assertThat(bus.step()).isFalse();
        }
    }

    @Test
    void timePassesOnlyAsFarAsTheTestSays() {
        try (DeterministicBus bus = DeterministicBus.builder(1)
                .configure(b -> b.events(
                        s -> s.withRetry(RetryPolicy.exponential(1, Duration.ofSeconds(10), Duration.ofSeconds(10)))))
                .build()) {
            bus.subscribe(Tick.class, log::add);
            bus.failNext(Tick.class, 1);
            bus.publish(new Tick(1));
            bus.runReady();
            bus.advance(Duration.ofMillis(9_999));
            assertThat(log).isEmpty();
            bus.advance(Duration.ofMillis(1));
            assertThat(log).containsExactly(new Tick(1));
        }
    }

    @Test
    void handlersThatWaitInTheMiddleLetOthersGoOn() {
        try (DeterministicBus bus = DeterministicBus.seeded(1)) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            bus.subscribe(Tick.class, tick -> {
                log.add("waits");
                bus.sleep(Duration.ofMinutes(10));
                log.add("goes on");
                answer.complete("done");
            });
            bus.subscribe(Tock.class, tock -> log.add("meanwhile"));
            bus.publish(new Tick(1));
            bus.runReady();
            bus.publish(new Tock(1));
            bus.runReady();
            assertThat(log).containsExactly("waits", "meanwhile");
            bus.runUntilQuiet();
            assertThat(log).containsExactly("waits", "meanwhile", "goes on");
            assertThat(answer).isCompletedWithValue("done");
        }
    }

    @Test
    void aTimeoutInterruptsTheHandlerInTheTimeOfTheBus() {
        try (DeterministicBus bus = DeterministicBus.seeded(1)) {
            bus.handle(Work.class, work -> {
                try {
                    bus.sleep(Duration.ofMillis(work.millis()));
                } catch (InterruptedException interrupted) {
                    log.add("interrupted, cancelled: " + CurrentMessage.isCancelled());
                    throw interrupted;
                }
                return work.millis();
            });
            SendOptions within = SendOptions.DEFAULT.withTimeout(Duration.ofHours(1));
            assertThat(bus.execute(new Work(3_599_999), within).orElseThrow()).isEqualTo(3_599_999);
            assertThat(bus.execute(new Work(3_600_001), within))
                    .isInstanceOfSatisfying(
                            CommandResult.Failure.class,
                            failure -> assertThat(failure.error()).isInstanceOf(TimeoutException.class));
            bus.runUntilQuiet();
            assertThat(log).containsExactly("interrupted, cancelled: true");
            bus.assertBooksClose();
        }
    }

    @Test
    void whoeverIsAskedAnswersInSomeOrder() {
        Set<List<String>> orders = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            try (DeterministicBus bus = DeterministicBus.seeded(seed)) {
                bus.answer(Ask.class, ask -> "one");
                bus.answer(Ask.class, ask -> "two");
                orders.add(
                        bus.gather(new Ask(), Gather.all(Duration.ofSeconds(1))).answers());
            }
        }
        assertThat(orders).containsExactlyInAnyOrder(List.of("one", "two"), List.of("two", "one"));
    }

    @Test
    void reorderingLetsEventsOvertakeUnlessTheyHaveOneKey() {
        Set<List<Object>> orders = new HashSet<>();
        for (long seed = 1; seed <= 30; seed++) {
            for (boolean keyed : List.of(false, true)) {
                log.clear();
                try (DeterministicBus bus = DeterministicBus.builder(seed)
                        .faults(Faults.NONE.withReordering(0.5))
                        .build()) {
                    bus.subscribe(Tick.class, log::add);
                    SendOptions options = keyed ? SendOptions.DEFAULT.withOrderingKey("k") : SendOptions.DEFAULT;
                    for (int i = 1; i <= 3; i++) {
                        bus.publish(new Tick(i), options);
                    }
                    bus.runUntilQuiet();
                }
                if (keyed) {
                    assertThat(log).containsExactly(new Tick(1), new Tick(2), new Tick(3));
                } else {
                    assertThat(log).hasSize(3);
                    orders.add(List.copyOf(log));
                }
            }
        }
        assertThat(orders).hasSizeGreaterThan(1);
    }

    @Test
    void duplicatesComeTwiceAndFailuresComeBeforeOrAfterTheHandler() {
        try (DeterministicBus bus = DeterministicBus.builder(1)
                .faults(Faults.NONE.withDuplicating(1).only(Tick.class))
                .build()) {
            bus.subscribe(Tick.class, log::add);
            bus.subscribe(Tock.class, log::add);
            bus.publish(new Tick(1));
            bus.publish(new Tock(1));
            bus.runUntilQuiet();
            assertThat(log).containsExactlyInAnyOrder(new Tick(1), new Tick(1), new Tock(1));
        }
        log.clear();
        try (DeterministicBus bus =
                DeterministicBus.builder(1).faults(Faults.NONE.withFailing(1)).build()) {
            bus.subscribe(Tick.class, log::add);
            for (int i = 0; i < 100; i++) {
                bus.publish(new Tick(i));
            }
            bus.runUntilQuiet();
            List<Boolean> after = bus.recording().entries(Entry.Failed.class).stream()
                    .map(entry -> ((InjectedFaultException) entry.error()).isAfterHandler())
                    .toList();
            assertThat(after).hasSize(100).contains(true, false);
            assertThat(log).hasSize((int) after.stream().filter(done -> done).count());
            assertThat(bus.deadLetters().size()).isEqualTo(100);
            bus.assertBooksClose();
        }
    }

    @Test
    void theRecordingKnowsOrderAndCauseAndItsFailuresNameTheSeed() {
        try (DeterministicBus bus = DeterministicBus.seeded(4711)) {
            bus.subscribe(Tick.class, tick -> bus.publish(new Tock(tick.number())));
            bus.publish(new Tick(1));
            bus.publish(new Tick(2));
            bus.runUntilQuiet();
            Recording recording = bus.recording();
            recording
                    .assertPublished(new Tick(1), new Tick(2), new Tock(1), new Tock(2))
                    .assertPublishedInOrder(new Tick(1), new Tock(2))
                    .assertCaused(new Tick(2), new Tock(2));
            assertThat(recording.causeOf(new Tick(1))).isEmpty();
            assertThatThrownBy(() -> recording.assertPublished(new Tick(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("-Dsignalbox.seed=4711")
                    .hasMessageContaining("Tock[number=2]");
            assertThatThrownBy(() -> recording.assertPublishedInOrder(new Tock(2), new Tock(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Tock[number=1] was not published after Tock[number=2]");
            assertThatThrownBy(() -> recording.assertCaused(new Tick(1), new Tock(2)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("but it was Tick[number=2]");
            assertThatThrownBy(() -> recording.causeOf(new Tock(3)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("neither published nor sent");
        }
    }

    @Test
    void theAuditFindsAnEventThatTheRecordingDoesNotKnow() {
        try (DeterministicBus bus = DeterministicBus.seeded(5)) {
            bus.subscribe(Tick.class, tick -> {});
            bus.publish(new Tick(1));
            bus.ledger().ofEvent(Tick.class).accepted.increment();
            bus.runUntilQuiet();
            assertThatThrownBy(bus::assertBooksClose)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("accepted: the ledger says 2, the recording 1")
                    .hasMessageContaining("-Dsignalbox.seed=5");
        }
    }

    @Test
    void waitingForWhatNobodyWillDoIsAnErrorAndNotAHang() {
        try (DeterministicBus bus = DeterministicBus.seeded(6)) {
            bus.handle(Work.class, work -> {
                bus.executeAsync(new Work(0)).cancel(true);
                bus.sleep(Duration.ofSeconds(Long.MAX_VALUE / 1_000_000_000L));
                return 1;
            });
            bus.spawn(() -> bus.execute(new Work(1)));
            assertThatThrownBy(() -> bus.runUntilQuiet(Duration.ofHours(2)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("not quiet within PT2H")
                    .hasMessageContaining("-Dsignalbox.seed=6");
        }
    }

    @Test
    void anEndlessLoopOfEventsIsAnErrorAndNotAHang() {
        try (DeterministicBus bus = DeterministicBus.builder(7)
                .configure(b -> b.depthMax(Integer.MAX_VALUE))
                .build()) {
            bus.subscribe(Tick.class, tick -> {
                bus.sleep(Duration.ofMinutes(1));
                bus.publish(new Tick(tick.number() + 1));
            });
            bus.publish(new Tick(1));
            assertThatThrownBy(bus::runUntilQuiet)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("-Dsignalbox.seed=7");
        }
    }

    @Test
    void aHandlerThatBlocksByOtherMeansIsAnErrorAndNotAHang() {
        CountDownLatch never = new CountDownLatch(1);
        DeterministicBus bus =
                DeterministicBus.builder(11).stallAfter(Duration.ofMillis(100)).build();
        bus.subscribe(Tick.class, tick -> never.await());
        bus.publish(new Tick(1));
        assertThatThrownBy(bus::runUntilQuiet)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("blocks by other means than the bus")
                .hasMessageContaining("-Dsignalbox.seed=11");
        assertThatThrownBy(() -> bus.publish(new Tick(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("standstill");
        bus.close();
        never.countDown();
    }

    @Test
    void otherThreadsAreTurnedAway() throws InterruptedException {
        try (DeterministicBus bus = DeterministicBus.seeded(8)) {
            bus.subscribe(Tick.class, log::add);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread stranger = Thread.ofVirtual().start(() -> {
                try {
                    bus.publish(new Tick(1));
                } catch (IllegalStateException e) {
                    thrown.set(e);
                }
            });
            stranger.join();
            assertThat(thrown.get())
                    .hasMessageContaining("no part of the simulation")
                    .hasMessageContaining("spawn");
        }
    }

    @Test
    void handlersAreNamedAfterThePlaceThatRegistersThem() {
        try (DeterministicBus bus = DeterministicBus.seeded(9)) {
            bus.subscribe(Tick.class, tick -> {});
            bus.subscribe(Tick.class, tick -> {}, HandlerOptions.DEFAULT);
            bus.publish(new Tick(1));
            bus.runUntilQuiet();
            assertThat(bus.recording().entries(Entry.Called.class))
                    .hasSize(2)
                    .extracting(Entry.Called::handler)
                    .doesNotHaveDuplicates()
                    .allSatisfy(name -> assertThat(name).contains("DeterministicBusBehaviourTest.handlersAreNamed"));
        }
    }

    @Test
    void whatASpawnedTaskThrowsComesOutWhereTheBusIsMoved() {
        try (DeterministicBus bus = DeterministicBus.seeded(10)) {
            bus.spawn(() -> {
                throw new AssertionError("found");
            });
            assertThatThrownBy(bus::runUntilQuiet)
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("found");
        }
    }

    @Test
    void aFailedRunOfASimulationNamesItsSeed() {
        List<Long> seeds = new ArrayList<>();
        assertThatThrownBy(() -> Simulation.run(10, builder -> {
                    seeds.add(builder.seed());
                    assertThat(seeds).hasSizeLessThan(3);
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("run 3 of 10 failed")
                .satisfies(error -> assertThat(error).hasMessageContaining("-Dsignalbox.seed=" + seeds.getLast()));
        assertThat(seeds).hasSize(3).doesNotHaveDuplicates();
    }
}
