package io.signalbox.client.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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

    @Test
    void impossibleBoundsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO));
    }
}
