package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.gateway.amqp.config.AmqpLimits;
import org.junit.jupiter.api.Test;

class AmqpLimitsTest {
    private static AmqpLimits sessions(int max) {
        return new AmqpLimits(65_536, 1_024, 65_536, max, 8, 10, 10);
    }

    /** The engine has no more channels than a signed short has numbers. */
    @Test
    void thereAreAsManySessionsAsTheEngineHasChannels() {
        assertThat(sessions(32_768).sessionsMax()).isEqualTo(32_768);
        assertThatThrownBy(() -> sessions(32_769)).hasMessageContaining("amqp.sessions-max");
    }
}
