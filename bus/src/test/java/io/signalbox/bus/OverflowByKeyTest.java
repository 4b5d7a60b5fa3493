package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A full queue whose events wait for a slow or a dead one of their ordering key. */
class OverflowByKeyTest {
    record Step(int number) implements Event {}

    private static final SendOptions KEY = SendOptions.DEFAULT.withOrderingKey("k");

    private final ManualScheduler time = new ManualScheduler();
    private final List<Integer> seen = new ArrayList<>();
    private final Set<Integer> failing = new HashSet<>(Set.of(1));

    /** Room for two; what fails is tried again after a second. */
    private Bus bus(Overflow overflow, int maxRetries) {
        Bus bus = Bus.builder()
                .scheduler(time)
                .events(s -> s.withCapacity(2)
                        .withOverflow(overflow)
                        .withParkedPerKeyMax(1)
                        .withRetry(RetryPolicy.exponential(maxRetries, Duration.ofSeconds(1), Duration.ofSeconds(1))))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
        bus.subscribe(Step.class, step -> {
            if (failing.contains(step.number())) {
                throw new IllegalStateException("down");
            }
            seen.add(step.number());
        });
        return bus;
    }

    /** The first waits for its retry, and two behind it take all the room, while nothing is in the ring. */
    private void fillBehindARetry(Bus bus) {
        bus.publish(new Step(1), KEY);
        time.run();
        bus.publish(new Step(2), KEY);
        bus.publish(new Step(3), KEY);
        time.run();
    }

    private static Reason reasonOf(PublishResult answer) {
        assertThat(answer).isInstanceOf(PublishResult.Refused.class);
        return ((PublishResult.Refused) answer).reason();
    }

    @Test
    void aPublisherThatWaitsForRoomIsToldWhenTheKeyWorksOffWhatItHolds() {
        try (Bus bus = bus(Overflow.block(Duration.ofSeconds(30)), 1)) {
            fillBehindARetry(bus);
            failing.clear();
            long start = time.nowMillis();
            assertThat(bus.publish(new Step(4), KEY)).isEqualTo(PublishResult.ACCEPTED);
            assertThat(time.nowMillis() - start).isEqualTo(1_000);
            time.run();
            assertThat(seen).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void aPublisherOfAnotherKeyIsToldWhenWhatIsHeldIsParkedAndCountsNoMore() {
        try (Bus bus = bus(Overflow.block(Duration.ofSeconds(30)), 1)) {
            fillBehindARetry(bus);
            long start = time.nowMillis();
            assertThat(bus.publish(new Step(4))).isEqualTo(PublishResult.ACCEPTED);
            assertThat(time.nowMillis() - start).isEqualTo(1_000);
            time.run();
            assertThat(seen).containsExactly(4);
        }
    }

    @Test
    void aPublisherThatWaitsForRoomIsRefusedWhenItsKeyIsParkedMeanwhile() {
        try (Bus bus = bus(Overflow.block(Duration.ofSeconds(30)), 1)) {
            fillBehindARetry(bus);
            long start = time.nowMillis();
            assertThat(reasonOf(bus.publish(new Step(4), KEY))).isEqualTo(Reason.PARKED);
            assertThat(time.nowMillis() - start).isEqualTo(1_000);
        }
    }

    @Test
    void whatASlowKeyHoldsIsDroppedWhereTheOldestMakesRoom() {
        try (Bus bus = bus(Overflow.dropOldest(), 1)) {
            fillBehindARetry(bus);
            failing.clear();
            assertThat(bus.publish(new Step(4))).isEqualTo(PublishResult.ACCEPTED);
            time.run();
            assertThat(seen).containsExactly(4);
            time.advance(Duration.ofSeconds(1));
            assertThat(seen).containsExactly(4, 1, 3);
            assertThat(bus.ledger().event(Step.class).dropped()).containsEntry(Reason.DROPPED_OLDEST, 1L);
            assertThat(bus.ledger().event(Step.class).pending()).isZero();
        }
    }

    @Test
    void nothingOfOthersIsDroppedForAKeyThatTakesNoMore() {
        try (Bus bus = bus(Overflow.dropOldest(), 0)) {
            bus.publish(new Step(1), KEY);
            time.run();
            bus.publish(new Step(2), KEY);
            time.run();
            bus.publish(new Step(3));
            bus.publish(new Step(4));
            assertThat(reasonOf(bus.publish(new Step(5), KEY))).isEqualTo(Reason.PARKED);
            time.run();
            assertThat(seen).containsExactly(3, 4);
        }
    }

    @Test
    @Timeout(60)
    void aBusThatIsClosedKeepsNoPublisherWaiting() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<PublishResult> answer = new AtomicReference<>(PublishResult.NO_SUBSCRIBERS);
        Bus bus = Bus.builder()
                .drainTimeout(Duration.ofMillis(1))
                .events(s -> s.withCapacity(1).withConcurrencyMax(1).withOverflow(Overflow.block(Duration.ofDays(1))))
                .build();
        bus.subscribe(Step.class, step -> never.await());
        bus.publish(new Step(1));
        await().until(() -> bus.ledger().event(Step.class).queued() == 0);
        bus.publish(new Step(2));
        Thread publisher = Thread.ofVirtual().start(() -> answer.set(bus.publish(new Step(3))));
        await().until(() -> publisher.getState() == Thread.State.TIMED_WAITING);
        bus.close();
        publisher.join();
        assertThat(reasonOf(answer.get())).isEqualTo(Reason.CLOSED);
        never.countDown();
    }
}
