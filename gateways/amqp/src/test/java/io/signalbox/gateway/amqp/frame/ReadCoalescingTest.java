package io.signalbox.gateway.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients as they are told to wait: what a pause brings is said by each test. */
final class ReadCoalescingTest {
    private static final long MICRO = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final ReadCoalescing coalescing = new ReadCoalescing();
    private long now = -5;

    @Test
    void whoSendsLittleIsReadAtOnce() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(read(1)).isZero();
            now += 200 * MICRO;
        }
    }

    @Test
    void whatComesTogetherByItselfIsReadAtOnce() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(read(100)).isZero();
            now += 100 * MICRO;
        }
    }

    @Test
    void whoFlushesEachMessageIsReadOnceInAMillisecond() {
        int pauses = openWindow(3_000);
        assertThat(pauses).isBetween(2_500, 3_000);
    }

    @Test
    void whoWaitsForAnswersIsLeftAlone() {
        int pauses = closedWindow(3_000);
        assertThat(pauses)
                .as("trials of %d ms in 3 s", ReadCoalescing.TRIAL_NANOS / MILLI)
                .isBetween(60, 260);
    }

    @Test
    void itEndsSoonAfterTheLoad() {
        openWindow(500);
        int pauses = 0;
        for (int i = 0; i < 100; i++) { // as many milliseconds
            pauses += read(1) > 0 ? 1 : 0;
            now += MILLI;
        }
        assertThat(pauses).isLessThanOrEqualTo(2 * (int) (ReadCoalescing.LOOK_NANOS / MILLI) + 2);
    }

    @Test
    void whoTurnsOutToWaitIsLeftAloneFromTheNextLook() {
        openWindow(500);
        closedWindow(2_000);
        assertThat(closedWindow(1_000)).isLessThanOrEqualTo(130);
    }

    private long read(int frames) {
        return coalescing.pause(frames, now);
    }

    /** Sends a frame each 50 us, whatever the server does. @return the pauses */
    private int openWindow(int millis) {
        int pauses = 0;
        long pause = 0;
        for (long end = now + millis * MILLI; now - end < 0; ) {
            long step = Math.max(pause, 50 * MICRO);
            now += step;
            pause = read((int) (step / (50 * MICRO)));
            pauses += pause > 0 ? 1 : 0;
        }
        return pauses;
    }

    /** Sends four frames, and four more 100 us after they were read. @return the pauses */
    private int closedWindow(int millis) {
        int pauses = 0;
        for (long end = now + millis * MILLI; now - end < 0; ) {
            long pause = read(4);
            pauses += pause > 0 ? 1 : 0;
            now += Math.max(pause, 100 * MICRO);
        }
        return pauses;
    }
}
