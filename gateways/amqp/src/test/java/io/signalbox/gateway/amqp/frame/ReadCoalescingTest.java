package io.signalbox.gateway.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients as they are told to wait: a kind of client is how much it sends at a time, how often, and during a pause. */
final class ReadCoalescingTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int TRIAL_MILLIS = (int) (ReadCoalescing.TRIAL_NANOS / MILLI);

    private final ReadCoalescing coalescing = new ReadCoalescing();
    private long now = -5;

    @Test
    void whoSendsLittleIsReadAtOnce() {
        assertThat(pauses(2_000, 1, 200, 30)).isZero();
    }

    @Test
    void whatComesTogetherByItselfIsReadAtOnce() {
        assertThat(pauses(2_000, 100, 100, 1_000)).isZero();
    }

    @Test
    void whoGetsMoreThroughIsReadOnceInAMillisecond() {
        assertThat(pauses(10_000, 1, 100, 30)).isBetween(9_000, 10_000);
    }

    @Test
    void whoWaitsForAnswersIsLeftAlone() {
        assertThat(pauses(10_000, 4, 100, 4)).isBetween(TRIAL_MILLIS, 5 * TRIAL_MILLIS);
    }

    @Test
    void whoSendsAtItsOwnPaceIsLeftAlone() {
        assertThat(pauses(10_000, 1, 50, 20)).isBetween(TRIAL_MILLIS, 5 * TRIAL_MILLIS);
    }

    @Test
    void whoIsSlowerForItIsLeftAloneAlsoWhereThatIsNotMuch() {
        assertThat(pauses(10_000, 1, 100, 7)).isBetween(TRIAL_MILLIS, 5 * TRIAL_MILLIS);
    }

    @Test
    void trialsBecomeRare() {
        pauses(40_000, 4, 100, 4);
        assertThat(pauses(60_000, 4, 100, 4)).isLessThanOrEqualTo(3 * TRIAL_MILLIS);
    }

    @Test
    void aTrialThatMakesItFasterMakesThemFrequentAgain() {
        pauses(40_000, 4, 100, 4);
        pauses(60_000, 1, 100, 30);
        pauses(10_000, 4, 100, 4);
        assertThat(pauses(34_000, 1, 100, 30)).isGreaterThan(10_000);
    }

    @Test
    void itEndsSoonAfterTheLoad() {
        pauses(1_000, 1, 100, 30);
        assertThat(pauses(10_000, 1, 1_000, 1)).isLessThanOrEqualTo(2 + 2 * (int) (ReadCoalescing.LOOK_NANOS / MILLI));
    }

    /** @return for how many reads a pause followed */
    private int pauses(int millis, int framesAtOnce, int micros, int framesInAPause) {
        int pauses = 0;
        long pause = 0;
        for (long end = now + millis * MILLI; now - end < 0; ) {
            now += pause == 0 ? TimeUnit.MICROSECONDS.toNanos(micros) : pause;
            pause = coalescing.pause(pause == 0 ? framesAtOnce : framesInAPause, now);
            pauses += pause > 0 ? 1 : 0;
        }
        return pauses;
    }
}
