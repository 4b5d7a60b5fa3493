package io.signalbox.client.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private static final Backoff BACKOFF = Backoff.DEFAULT;

    /** Always the most that there may be. */
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    @Test
    void theLongestDelayDoublesUpToTheMaximumAndStaysThere() {
        assertThat(IntStream.range(0, 12).mapToObj(n -> BACKOFF.delayMillis(n, LONGEST)))
                .containsExactly(
                        100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L, 30_000L, 30_000L, 30_000L);
        assertThat(BACKOFF.delayMillis(Integer.MAX_VALUE, LONGEST)).isEqualTo(30_000);
    }

    @Test
    void jitterIsFull() {
        SplittableRandom random = new SplittableRandom(7);
        List<Long> delays = IntStream.range(0, 2_000)
                .mapToObj(n -> BACKOFF.delayMillis(20, random))
                .toList();
        assertThat(delays).allMatch(delay -> delay >= 0 && delay <= 30_000);
        assertThat(delays).anyMatch(delay -> delay < 1_000).anyMatch(delay -> delay > 29_000);
    }

    @Test
    void whatAServerSuggestsIsBounded() {
        assertThat(Backoff.suggestedMillis(Long.MAX_VALUE)).isEqualTo(300_000);
        assertThat(Backoff.suggestedMillis(0)).isZero();
        assertThat(Backoff.suggestedMillis(1_234)).isEqualTo(1_234);
    }

    /** {@code PT2562047788015215H30M7S} is the longest that there is, and no number of milliseconds. */
    @ParameterizedTest
    @CsvSource({
        "PT2S, PT1S, PT0S",
        "PT0S, PT1S, PT0S",
        "PT0.0009S, PT1S, PT0S",
        "PT-1S, PT1S, PT0S",
        "PT1S, PT-1S, PT0S",
        "PT1S, PT1S, PT-0.001S",
        "PT1S, PT8760H0.001S, PT0S",
        "PT1S, PT1S, PT8760H0.001S",
        "PT1S, PT2562047788015215H30M7S, PT0S",
        "PT1S, PT1S, PT2562047788015215H30M7S",
        "PT2562047788015215H30M7S, PT2562047788015215H30M7S, PT0S",
        "PT-2562047788015215H, PT1S, PT0S"
    })
    void impossibleBoundsAreRefusedWithTheirValues(Duration first, Duration max, Duration stableAfter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(first, max, stableAfter))
                .withMessageContaining("backoff of " + first + " up to " + max + ", stable after " + stableAfter);
    }

    @Test
    void theWidestBoundsAreTimesToWait() {
        Backoff widest = new Backoff(Backoff.MAX, Backoff.MAX, Backoff.MAX);
        assertThat(IntStream.range(0, 70).mapToLong(n -> widest.delayMillis(n, LONGEST)))
                .containsOnly(Backoff.MAX.toMillis());
        assertThat(new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO).delayMillis(0, LONGEST))
                .isEqualTo(1);
    }
}
