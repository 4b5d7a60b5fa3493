package io.signalbox.bus.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CoarseClockTest {
    private final AtomicLong exact = new AtomicLong(1_000);
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void theFirstReadingIsTheClocksOwnAndLaterOnesFollowIt() {
        try (CoarseClock clock = new CoarseClock(exact::get)) {
            assertThat(clock.millis()).isEqualTo(1_000);
            exact.set(2_000);
            await().until(() -> clock.millis() == 2_000);
            exact.set(3_000);
            await().until(() -> clock.millis() == 3_000);
        }
    }

    @Test
    void whileNobodyAsksItDoesNotLookAtTheClock() {
        try (CoarseClock clock = new CoarseClock(() -> {
            asked.incrementAndGet();
            return exact.get();
        })) {
            clock.millis();
            AtomicInteger before = new AtomicInteger(-1);
            await().until(() -> before.getAndSet(asked.get()) == asked.get());
            exact.set(9_000);
            assertThat(clock.millis()).isEqualTo(9_000);
        }
    }
}
