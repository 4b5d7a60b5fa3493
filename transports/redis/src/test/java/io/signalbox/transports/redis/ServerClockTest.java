package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ServerClockTest {
    private final ManualTimeSource own = new ManualTimeSource(1_000_000);

    @Test
    void itIsTheServersTimeFromTheFirstConnectionOnAndGoesOnByItself() {
        ServerClock clock = ServerClock.following(own);
        assertThat(clock.millis()).isEqualTo(1_000_000);
        clock.serverSays(400_000);
        assertThat(clock.millis()).isEqualTo(400_000);
        own.advance(Duration.ofMillis(50));
        assertThat(clock.millis()).isEqualTo(400_050);
        assertThat(clock.argument()).as("scripts ask the server").isEmpty();
    }

    @Test
    void laterConnectionsMoveItForwardAndNeverBack() {
        ServerClock clock = ServerClock.following(own);
        clock.serverSays(2_000_000);
        clock.serverSays(1_500_000);
        assertThat(clock.millis()).isEqualTo(2_000_000);
        clock.serverSays(2_000_700);
        assertThat(clock.millis()).isEqualTo(2_000_700);
    }

    @Test
    void aTestsTimeIsToldToScriptsAndNotMoved() {
        ServerClock clock = ServerClock.given(own);
        clock.serverSays(7);
        assertThat(clock.millis()).isEqualTo(1_000_000);
        assertThat(clock.argument()).isEqualTo("1000000");
    }
}
