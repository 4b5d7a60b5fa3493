package io.signalbox.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TimeSourceTest {
    @Test
    void itBeginsWithTheWallClock() {
        long before = System.currentTimeMillis();
        long millis = TimeSource.monotonic().millis();
        assertThat(millis).isGreaterThanOrEqualTo(before);
    }

    @Test
    void itGoesOnAndNeverBack() {
        TimeSource time = TimeSource.monotonic();
        long start = time.millis();
        long last = start;
        for (int i = 0; i < 100_000; i++) {
            long now = time.millis();
            assertThat(now >= last).as("%d after %d", now, last).isTrue();
            last = now;
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> time.millis() >= start + 20);
    }
}
