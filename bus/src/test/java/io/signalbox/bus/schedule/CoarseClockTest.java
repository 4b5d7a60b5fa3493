package io.signalbox.bus.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.time.TimeSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CoarseClockTest {
    private final AtomicLong exact = new AtomicLong(1_000);

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
        Thread reader = Thread.currentThread();
        AtomicReference<@Nullable Thread> ticker = new AtomicReference<>();
        try (CoarseClock clock = new CoarseClock(() -> {
            if (Thread.currentThread() != reader) {
                ticker.set(Thread.currentThread());
            }
            return exact.get();
        })) {
            clock.millis();
            // Between two looks it waits for a time, and for somebody who asks once it has given up looking.
            await().until(() -> ticker.get() instanceof Thread found && found.getState() == Thread.State.WAITING);
            exact.set(9_000);
            assertThat(clock.millis()).isEqualTo(9_000);
        }
    }

    /** A clock whose ticker is held up wherever it reads. */
    private static final class HeldUp implements TimeSource {
        private final AtomicLong exact = new AtomicLong(1_000);
        private final Semaphore mayGoOn = new Semaphore(0);
        private final Semaphore hasRead = new Semaphore(0);
        private final Thread reader = Thread.currentThread();
        private volatile Thread ticker = reader;

        @Override
        public long millis() {
            long now = exact.get();
            if (Thread.currentThread() != reader) {
                ticker = Thread.currentThread();
                hasRead.release();
                mayGoOn.acquireUninterruptibly();
            }
            return now;
        }
    }

    @Test
    void itDoesNotGoBackThoughItsTickerWasHeldUpWithAnOldTimeInItsHand() {
        HeldUp source = new HeldUp();
        try (CoarseClock clock = new CoarseClock(source)) {
            assertThat(clock.millis()).isEqualTo(1_000);
            source.hasRead.acquireUninterruptibly();
            source.exact.set(5_000);
            assertThat(clock.millis()).isEqualTo(5_000);
            source.mayGoOn.release();
            source.hasRead.acquireUninterruptibly(); // it has written the old time down, and is at its next
            assertThat(clock.millis()).isEqualTo(5_000);
            source.mayGoOn.release(Integer.MAX_VALUE / 2);
        }
    }

    @Test
    void itDoesNotStandStillWhenItIsClosed() throws InterruptedException {
        HeldUp source = new HeldUp();
        CoarseClock clock = new CoarseClock(source);
        clock.millis();
        source.hasRead.acquireUninterruptibly();
        clock.close();
        source.mayGoOn.release(Integer.MAX_VALUE / 2);
        source.ticker.join();
        source.exact.set(9_000);
        assertThat(clock.millis()).isEqualTo(9_000);
    }
}
