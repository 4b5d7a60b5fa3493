package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real threads, random failures, keys, drops and retries: the books close exactly, and what can run does. */
class ConservationTest {
    record Load(long number, boolean poison) implements Event {}

    /** Longer than the test may last: who is refused by it has been forgotten. */
    private static final Overflow PATIENT = Overflow.block(Duration.ofMinutes(10));

    static List<Overflow> overflows() {
        return List.of(
                Overflow.rejectNew(),
                Overflow.dropOldest(),
                Overflow.block(Duration.ofMillis(5)),
                PATIENT,
                Overflow.adaptive());
    }

    @ParameterizedTest
    @MethodSource("overflows")
    void whatWasPublishedIsHandledDeadDroppedOrRefused(Overflow overflow) throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("conservation: " + overflow + ", seed " + seed);
        LongAdder accepted = new LongAdder();
        LongAdder refused = new LongAdder();
        LongAdder calls = new LongAdder();
        AtomicLong number = new AtomicLong();
        Bus bus = Bus.builder()
                .events(
                        Load.class,
                        s -> s.withCapacity(64)
                                .withOverflow(overflow)
                                .withRetry(RetryPolicy.exponential(1, Duration.ofMillis(1), Duration.ofMillis(1)))
                                .withParkedPerKeyMax(3))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
        bus.subscribe(Load.class, load -> {
            calls.increment();
            if (load.poison()) {
                throw new IllegalStateException("poison");
            }
        });
        // Into an empty queue, so that whatever is refused later there is one that dies.
        assertThat(bus.publish(new Load(number.incrementAndGet(), true)).isAccepted())
                .isTrue();
        accepted.increment();
        List<Thread> publishers = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            SplittableRandom random = new SplittableRandom(seed + p);
            publishers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 5_000; i++) {
                    SendOptions options = random.nextInt(3) == 0
                            ? SendOptions.DEFAULT.withOrderingKey("k" + random.nextInt(40))
                            : SendOptions.DEFAULT;
                    PublishResult result =
                            bus.publish(new Load(number.incrementAndGet(), random.nextInt(50) == 0), options);
                    (result.isAccepted() ? accepted : refused).increment();
                }
            }));
        }
        for (Thread publisher : publishers) {
            publisher.join();
        }
        LongAdder discarded = new LongAdder();
        // Without dead letters nothing has a reason to wait.
        await().until(() -> {
            for (DeadLetter letter : bus.deadLetters().list()) {
                assertThat(bus.deadLetters().discard(letter.id())).isTrue();
                discarded.increment();
            }
            return bus.ledger().event(Load.class).pending() == 0;
        });
        assertThat(bus.ledger().event(Load.class).queued()).isZero();
        bus.close();
        EventLine line = bus.ledger().event(Load.class);
        System.out.println("conservation: " + line);
        assertThat(line.published()).isEqualTo(20_001);
        assertThat(line.accepted()).isEqualTo(accepted.sum());
        assertThat(line.refused().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(refused.sum());
        assertThat(line.queued()).isZero();
        assertThat(line.pending()).isZero();
        assertThat(line.handled()).isPositive();
        assertThat(calls.sum()).isGreaterThanOrEqualTo(line.handled());
        assertThat(line.dead()).isEqualTo(discarded.sum()).isPositive();
        if (overflow.equals(PATIENT)) {
            assertThat(line.refused()).doesNotContainKey(Reason.QUEUE_FULL);
        }
    }
}
