package io.signalbox.transports.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.ManualTimeSource;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BreakerTest {
    private final ManualTimeSource time = new ManualTimeSource();
    private final Breaker breaker = new Breaker("test", time);

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(breaker.permits()).isTrue();
            breaker.failed(new IOException("on purpose"));
        }
    }

    @Test
    void fiveFailuresInARowOpenItAndASuccessBetweenDoesNot() {
        fail(4);
        breaker.succeeded();
        fail(4);
        assertThat(breaker.permits()).isTrue();
        breaker.failed(new IOException("the fifth"));
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.permits()).isFalse();
    }

    @Test
    void afterThirtySecondsItTriesAndThreeSuccessesCloseIt() {
        fail(5);
        time.advance(Breaker.OPEN_FOR);
        assertThat(breaker.permits()).isFalse();
        time.advance(Duration.ofMillis(1));
        for (int i = 0; i < Breaker.SUCCESSES_TO_CLOSE; i++) {
            assertThat(breaker.permits()).isTrue();
        }
        assertThat(breaker.permits()).as("a fourth call while half open").isFalse();
        for (int i = 0; i < Breaker.SUCCESSES_TO_CLOSE; i++) {
            breaker.succeeded();
        }
        assertThat(breaker.permits()).isTrue();
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void aConnectionThatStandsAgainClosesIt() {
        fail(5);
        breaker.reset();
        assertThat(breaker.permits()).isTrue();
    }
}
