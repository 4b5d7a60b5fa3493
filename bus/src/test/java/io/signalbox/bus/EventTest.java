package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.queue.Overflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventTest {
    interface Audited {}

    record Paid(int amount) implements Event, Audited {}

    record Other(int number) implements Event {}

    private final Bus bus = Bus.builder()
            .errorHandler((envelope, handler, error, attempts) -> {})
            .build();

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void everyHandlerOfTheClassAndItsSuperTypesHears() throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(4);
        bus.subscribe(Paid.class, paid -> heard.countDown());
        bus.subscribe(Audited.class, audited -> heard.countDown());
        bus.subscribe(Event.class, event -> heard.countDown());
        bus.subscribe(Object.class, any -> heard.countDown());
        bus.subscribe(Other.class, other -> heard.countDown());
        assertThat(bus.publish(new Paid(1))).isEqualTo(PublishResult.ACCEPTED);
        heard.await();
        await().untilAsserted(() ->
                assertThat(bus.ledger().event(Paid.class).handled()).isEqualTo(1));
    }

    @Test
    void anEventThatNobodyListensToIsAnsweredSoAndCounted() {
        assertThat(bus.publish(new Paid(1))).isEqualTo(PublishResult.NO_SUBSCRIBERS);
        assertThat(bus.publish(new Paid(1)).isAccepted()).isTrue();
        assertThat(bus.ledger().event(Paid.class).unheard()).isEqualTo(2);
    }

    @Test
    void groupsOfPriorityFollowEachOtherTheHighestFirst() {
        ManualScheduler time = new ManualScheduler();
        List<String> order = new ArrayList<>();
        try (Bus stepped = Bus.builder().scheduler(time).build()) {
            stepped.subscribe(Paid.class, p -> order.add("low"), HandlerOptions.DEFAULT.withPriority(-1));
            stepped.subscribe(Paid.class, p -> order.add("high a"), HandlerOptions.DEFAULT.withPriority(9));
            stepped.subscribe(Paid.class, p -> order.add("middle"));
            stepped.subscribe(Paid.class, p -> order.add("high b"), HandlerOptions.DEFAULT.withPriority(9));
            stepped.publish(new Paid(1));
            time.run();
            assertThat(order.subList(0, 2)).containsExactlyInAnyOrder("high a", "high b");
            assertThat(order.subList(2, 4)).containsExactly("middle", "low");
        }
    }

    @Test
    void theHandlersOfAGroupRunConcurrently() {
        CyclicBarrier meeting = new CyclicBarrier(3);
        AtomicInteger met = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            bus.subscribe(Paid.class, paid -> {
                meeting.await();
                met.incrementAndGet();
            });
        }
        bus.publish(new Paid(1));
        await().untilAsserted(() -> assertThat(met).hasValue(3));
    }

    @Test
    void eventsWithoutAKeyRunConcurrentlyWhenTheirHandlerBlocks() {
        CyclicBarrier meeting = new CyclicBarrier(20);
        AtomicInteger met = new AtomicInteger();
        bus.subscribe(Paid.class, paid -> {
            meeting.await();
            met.incrementAndGet();
        });
        for (int i = 0; i < 20; i++) {
            bus.publish(new Paid(i));
        }
        await().untilAsserted(() -> assertThat(met).hasValue(20));
    }

    @Test
    void aBoundOfConcurrencyOfOneKeepsTheOrder() throws InterruptedException {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(200);
        try (Bus serial =
                Bus.builder().events(Paid.class, s -> s.withConcurrencyMax(1)).build()) {
            serial.subscribe(Paid.class, paid -> {
                if (paid.amount() % 50 == 0) {
                    TimeUnit.MILLISECONDS.sleep(3);
                }
                seen.add(paid.amount());
                all.countDown();
            });
            for (int i = 0; i < 200; i++) {
                serial.publish(new Paid(i));
            }
            all.await();
        }
        assertThat(seen).isSorted().hasSize(200);
    }

    @Test
    void anErrorOfOneHandlerDoesNotStopTheOthersAndIsReported() throws InterruptedException {
        List<String> reported = new CopyOnWriteArrayList<>();
        CountDownLatch heard = new CountDownLatch(2);
        try (Bus reporting = Bus.builder()
                .errorHandler((envelope, handler, error, attempts) -> {
                    reported.add(handler + " " + error.getMessage());
                    throw new IllegalStateException("the error handler is broken too");
                })
                .build()) {
            reporting.subscribe(
                    Paid.class,
                    paid -> {
                        throw new AssertionError("broken");
                    },
                    HandlerOptions.named("bad").withPriority(5));
            reporting.subscribe(Paid.class, paid -> heard.countDown(), HandlerOptions.DEFAULT.withPriority(5));
            reporting.subscribe(Paid.class, paid -> heard.countDown());
            reporting.publish(new Paid(1));
            heard.await();
            await().untilAsserted(() ->
                    assertThat(reporting.ledger().event(Paid.class).dead()).isEqualTo(1));
            assertThat(reported).containsExactly("bad broken");
            assertThat(reporting.status().errorHandlerFailures()).isEqualTo(1);
            assertThat(reporting.deadLetters().list()).singleElement().satisfies(letter -> {
                assertThat(letter.handler()).isEqualTo("bad");
                assertThat(letter.envelope().message()).isEqualTo(new Paid(1));
            });
        }
    }

    @Test
    void aNullEventIsRefusedByName() {
        Event none = nothing();
        assertThatThrownBy(() -> bus.publish(none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("event");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void aHandlerMayUnregisterItselfWhileItRuns() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<Registration> own = new AtomicReference<>(() -> {});
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        own.set(bus.subscribe(Paid.class, paid -> {
            calls.incrementAndGet();
            own.get().close();
            own.get().close();
            gone.countDown();
        }));
        bus.subscribe(Paid.class, paid -> second.countDown());
        bus.publish(new Paid(1));
        gone.await();
        bus.publish(new Paid(2));
        second.await();
        assertThat(calls).hasValue(1);
    }

    record Echo(int generation) implements Event {}

    @Test
    void eventsThatCauseThemselvesWithoutEndAreStopped() {
        // The answers have no order: the next generation may have its own before this one has.
        List<PublishResult> refusals = new CopyOnWriteArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        bus.subscribe(Echo.class, echo -> {
            calls.incrementAndGet();
            PublishResult answer = bus.publish(new Echo(echo.generation() + 1));
            if (!answer.isAccepted()) {
                refusals.add(answer);
            }
        });
        bus.publish(new Echo(0));
        await().untilAsserted(() -> assertThat(refusals)
                .singleElement()
                .isInstanceOfSatisfying(
                        PublishResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_DEEP)));
        assertThat(calls).hasValue(BusBuilder.DEPTH_MAX_DEFAULT + 1);
        assertThat(bus.ledger().event(Echo.class).refused()).containsEntry(Reason.TOO_DEEP, 1L);
    }

    @Test
    void theSameHoldsOnTheCallersThread() {
        AtomicInteger calls = new AtomicInteger();
        try (Bus inline = Bus.builder().callerRuns().build()) {
            inline.subscribe(Echo.class, echo -> {
                calls.incrementAndGet();
                inline.publish(new Echo(echo.generation() + 1));
            });
            inline.publish(new Echo(0));
            assertThat(calls).hasValue(BusBuilder.DEPTH_MAX_DEFAULT + 1);
        }
    }

    @Test
    void onTheCallersThreadAPublishReturnsWhenItIsHandled() {
        List<Object> seen = new ArrayList<>();
        try (Bus inline = Bus.builder().callerRuns().build()) {
            inline.subscribe(Paid.class, seen::add);
            assertThat(inline.publish(new Paid(1))).isEqualTo(PublishResult.ACCEPTED);
            assertThat(seen).containsExactly(new Paid(1));
            inline.subscribe(Event.class, seen::add);
            inline.publish(new Paid(2), SendOptions.DEFAULT.withOrderingKey("k"));
            assertThat(seen).containsExactly(new Paid(1), new Paid(2), new Paid(2));
            assertThat(inline.ledger().event(Paid.class).handled()).isEqualTo(2);
        }
    }

    @Test
    void aHandlerThatBlocksForEverIsInterruptedAtItsLimitAndItsEventIsDead() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        bus.subscribe(
                Paid.class,
                paid -> {
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                },
                HandlerOptions.named("stuck").withTimeout(Duration.ofMillis(20)));
        bus.publish(new Paid(1));
        interrupted.await();
        await().untilAsserted(() -> assertThat(bus.deadLetters().list())
                .singleElement()
                .satisfies(
                        letter -> assertThat(letter.deaths().getFirst().error()).isInstanceOf(TimeoutException.class)));
        await().untilAsserted(() ->
                assertThat(bus.status().handlersWithLimitRunning()).isZero());
    }

    @Test
    void aHandlerThatBlocksForEverWithoutALimitHoldsUpNobodyElse() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(10);
        bus.subscribe(Paid.class, paid -> {
            if (paid.amount() == 0) {
                never.await();
            }
            others.countDown();
        });
        for (int i = 0; i <= 10; i++) {
            bus.publish(new Paid(i));
        }
        others.await();
        assertThat(bus.ledger().event(Paid.class).pending()).isPositive();
        never.countDown();
    }

    @Test
    void aClosedBusRefuses() {
        bus.subscribe(Paid.class, paid -> {});
        bus.close();
        bus.close();
        assertThat(bus.publish(new Paid(1)))
                .isInstanceOfSatisfying(
                        PublishResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.CLOSED));
        assertThatThrownBy(() -> bus.subscribe(Paid.class, paid -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void onTheCallersThreadAnInterruptStaysTheCallers() {
        try (Bus inline = Bus.builder().callerRuns().build()) {
            inline.subscribe(Paid.class, paid -> Thread.currentThread().interrupt());
            inline.publish(new Paid(1), SendOptions.DEFAULT.withOrderingKey("k"));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void closingHandlesWhatWasAccepted() {
        AtomicInteger calls = new AtomicInteger();
        bus.subscribe(Paid.class, paid -> calls.incrementAndGet());
        for (int i = 0; i < 1_000; i++) {
            assertThat(bus.publish(new Paid(i))).isEqualTo(PublishResult.ACCEPTED);
        }
        bus.close();
        assertThat(calls).hasValue(1_000);
        assertThat(bus.ledger().event(Paid.class).pending()).isZero();
    }

    @Test
    void closingMakesDeadLettersOfWhatIsNotHandledInTime() {
        ManualScheduler time = new ManualScheduler();
        try (Bus stepped = Bus.builder()
                .scheduler(time)
                .drainTimeout(Duration.ofSeconds(1))
                .events(Paid.class, s -> s.withRetry(io.signalbox.bus.retry.RetryPolicy.delivery()))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            stepped.subscribe(Paid.class, paid -> {
                throw new IllegalStateException("down");
            });
            stepped.publish(new Paid(1));
            time.run();
            stepped.close();
            assertThat(stepped.deadLetters().list())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason()).isEqualTo(Reason.CLOSED));
            assertThat(stepped.ledger().event(Paid.class).pending()).isZero();
        }
    }

    @Test
    void anEventStillQueuedWhenItsTimeIsUpIsDroppedAsExpired() {
        ManualScheduler time = new ManualScheduler();
        AtomicInteger calls = new AtomicInteger();
        try (Bus stepped = Bus.builder().scheduler(time).build()) {
            stepped.subscribe(Paid.class, paid -> calls.incrementAndGet());
            stepped.publish(new Paid(1), SendOptions.DEFAULT.withTimeout(Duration.ofMillis(5)));
            stepped.publish(new Paid(2), SendOptions.DEFAULT.withTimeout(Duration.ofSeconds(5)));
            time.pass(Duration.ofSeconds(1));
            time.run();
            assertThat(calls).hasValue(1);
            assertThat(stepped.ledger().event(Paid.class).dropped()).containsEntry(Reason.EXPIRED, 1L);
            assertThat(stepped.ledger().event(Paid.class).pending()).isZero();
        }
    }

    @Test
    void aFullQueueRejectsTheNewAndSaysSo() {
        ManualScheduler time = new ManualScheduler();
        List<Integer> seen = new ArrayList<>();
        try (Bus stepped = Bus.builder()
                .scheduler(time)
                .events(Paid.class, s -> s.withCapacity(3))
                .build()) {
            stepped.subscribe(Paid.class, paid -> seen.add(paid.amount()));
            for (int i = 0; i < 3; i++) {
                assertThat(stepped.publish(new Paid(i))).isEqualTo(PublishResult.ACCEPTED);
            }
            assertThat(stepped.publish(new Paid(3))).isInstanceOfSatisfying(PublishResult.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.QUEUE_FULL);
                assertThat(refused.detail()).contains("3 events");
            });
            time.run();
            assertThat(seen).containsExactly(0, 1, 2);
            assertThat(stepped.ledger().event(Paid.class).refused()).containsEntry(Reason.QUEUE_FULL, 1L);
            assertThat(stepped.ledger().event(Paid.class).published()).isEqualTo(4);
        }
    }

    @Test
    void aFullQueueDropsTheOldestAndCountsIt() {
        ManualScheduler time = new ManualScheduler();
        List<Integer> seen = new ArrayList<>();
        try (Bus stepped = Bus.builder()
                .scheduler(time)
                .events(Paid.class, s -> s.withCapacity(4).withOverflow(Overflow.dropOldest()))
                .build()) {
            stepped.subscribe(Paid.class, paid -> seen.add(paid.amount()));
            for (int i = 0; i < 10; i++) {
                SendOptions options =
                        i % 2 == 0 ? SendOptions.DEFAULT : SendOptions.DEFAULT.withOrderingKey("k" + i % 4);
                assertThat(stepped.publish(new Paid(i), options)).isEqualTo(PublishResult.ACCEPTED);
            }
            time.run();
            assertThat(seen).containsExactlyInAnyOrder(6, 7, 8, 9);
            assertThat(stepped.ledger().event(Paid.class).dropped()).containsEntry(Reason.DROPPED_OLDEST, 6L);
            assertThat(stepped.ledger().event(Paid.class).pending()).isZero();
        }
    }

    @Test
    void aFullQueueBlocksThePublisherUntilThereIsRoom() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        try (Bus blocking = Bus.builder()
                .events(
                        Paid.class,
                        s -> s.withCapacity(2)
                                .withConcurrencyMax(1)
                                .withOverflow(Overflow.block(Duration.ofSeconds(30))))
                .build()) {
            blocking.subscribe(Paid.class, paid -> {
                go.await();
                calls.incrementAndGet();
            });
            Thread publisher = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 50; i++) {
                    assertThat(blocking.publish(new Paid(i))).isEqualTo(PublishResult.ACCEPTED);
                }
            });
            await().untilAsserted(() ->
                    assertThat(blocking.ledger().event(Paid.class).queued()).isEqualTo(2));
            go.countDown();
            publisher.join();
            await().untilAsserted(() -> assertThat(calls).hasValue(50));
        }
    }

    @Test
    void aPublisherThatWaitedTooLongIsToldSo() {
        ManualScheduler time = new ManualScheduler();
        try (Bus stepped = Bus.builder()
                .scheduler(new NeverRuns(time))
                .drainTimeout(Duration.ofMillis(1))
                .events(Paid.class, s -> s.withCapacity(1).withOverflow(Overflow.block(Duration.ofSeconds(3))))
                .build()) {
            stepped.subscribe(Paid.class, paid -> {});
            assertThat(stepped.publish(new Paid(1))).isEqualTo(PublishResult.ACCEPTED);
            long start = time.nowMillis();
            assertThat(stepped.publish(new Paid(2)))
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.QUEUE_FULL));
            assertThat(time.nowMillis() - start).isEqualTo(3_000);
        }
    }

    @Test
    void anAdaptiveQueueTellsWhenToComeBack() {
        ManualScheduler time = new ManualScheduler();
        try (Bus stepped = Bus.builder()
                .scheduler(new NeverRuns(time))
                .drainTimeout(Duration.ofMillis(1))
                .events(Paid.class, s -> s.withCapacity(1).withOverflow(Overflow.adaptive()))
                .build()) {
            stepped.subscribe(Paid.class, paid -> {});
            stepped.publish(new Paid(1));
            assertThat(stepped.publish(new Paid(2)))
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.retryAfter()).isPositive());
            assertThat(stepped.publish(new Paid(3)))
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED));
        }
    }

    @Test
    void theFilterOfTheBusRefusesWhatItDoesNotAccept() {
        try (Bus filtering = Bus.builder()
                .callerRuns()
                .eventFilter(envelope -> !(envelope.message() instanceof Paid paid) || paid.amount() > 0)
                .build()) {
            AtomicInteger calls = new AtomicInteger();
            filtering.subscribe(Paid.class, paid -> calls.incrementAndGet());
            assertThat(filtering.publish(new Paid(0)))
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.FILTERED));
            filtering.publish(new Paid(1));
            assertThat(calls).hasValue(1);
        }
    }
}
