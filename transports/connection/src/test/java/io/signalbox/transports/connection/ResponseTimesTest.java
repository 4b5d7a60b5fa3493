package io.signalbox.transports.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ResponseTimesTest {
    private final ResponseTimes times = new ResponseTimes();

    @Test
    void theMeanFollowsAndTheSlowestIsForgottenOnceSeen() {
        times.record(8_000_000);
        times.record(16_000_000);
        assertThat(times.take()).isEqualTo(new ResponseTimes.Seen(2, 9_000_000, 16_000_000));
        times.record(1_000_000);
        assertThat(times.take()).isEqualTo(new ResponseTimes.Seen(3, 8_000_000, 1_000_000));
    }

    @Test
    void itReadsAsASentence() {
        assertThat(times.take()).hasToString("no answers yet");
        times.record(1_234_567);
        assertThat(times.take()).hasToString("answers in 1.23 ms, the slowest in 1.23 ms");
    }
}
