package io.signalbox.transports.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(1));

    @Test
    void everyDelayIsBelowItsCeilingAndTheCeilingGrowsToTheMaximum() {
        long[] ceilings = {100, 200, 400, 800, 1000, 1000};
        Random random = new Random(7);
        for (int attempt = 1; attempt <= ceilings.length; attempt++) {
            int a = attempt;
            List<Long> millis = IntStream.range(0, 2_000)
                    .mapToLong(i -> BACKOFF.delay(a, random).toMillis())
                    .boxed()
                    .toList();
            assertThat(millis).allMatch(m -> m >= 1 && m <= ceilings[a - 1]);
            // Full jitter uses the whole width, or clients that lost one engine come back in step.
            assertThat(millis).anyMatch(m -> m < ceilings[a - 1] / 10).anyMatch(m -> m > ceilings[a - 1] * 9 / 10);
        }
    }

    @Test
    void afterVeryManyTriesItIsStillTheMaximum() {
        assertThat(BACKOFF.delay(Integer.MAX_VALUE, new Random(1))).isLessThanOrEqualTo(BACKOFF.max());
    }

    @Test
    void aBackoffThatCannotWorkIsRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, 2, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), 2, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(1), Double.NaN, Duration.ofSeconds(2)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
