package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ClusterClockTest {
    private static final long NOON = 1_767_268_800_000L;

    private final ClusterClock clock = new ClusterClock();

    private static long seconds(long count) {
        return TimeUnit.SECONDS.toNanos(count);
    }

    @Test
    void itIsWhatTheBrokerSaidAndWhatHasPassedSince() {
        clock.beat(NOON, seconds(1_000));
        assertThat(clock.millis(seconds(1_000))).isEqualTo(NOON);
        assertThat(clock.millis(seconds(1_007))).isEqualTo(NOON + 7_000);
    }

    @Test
    void theNewestBeatCounts() {
        clock.beat(NOON, seconds(1_000));
        clock.beat(NOON + 5_100, seconds(1_005));
        assertThat(clock.millis(seconds(1_006))).isEqualTo(NOON + 6_100);
    }

    @Test
    void beforeTheFirstBeatNobodyKnows() {
        assertThat(clock.isSet()).isFalse();
        assertThatThrownBy(clock::millis).isInstanceOf(IllegalStateException.class);
    }
}
