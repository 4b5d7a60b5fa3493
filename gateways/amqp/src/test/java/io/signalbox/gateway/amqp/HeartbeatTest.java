package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import org.junit.jupiter.api.Test;

/** The idle time-out that a client asks for (2.4.5). */
class HeartbeatTest {
    /** Container {@code c}, idle time-out 1,000 ms. */
    private static final String OPEN = Frames.amqp(0, "00 53 10 c0 0c 05 a10163 40 40 40 70000003e8");

    @Test
    void nothingIsSentForHalfOfItAtMost() {
        try (EmbeddedPeer client = new EmbeddedPeer(AmqpConfig.DEFAULT)) {
            client.send(Frames.AMQP_HEADER, OPEN);
            int silentMillis = 0;
            int longestMillis = 0;
            for (int i = 0; i < 400; i++) {
                int before = client.bytesReceived();
                client.pass(25);
                if (i % 30 == 3) {
                    client.send(Frames.BEGIN.replaceFirst("02000000", "020000" + (10 + i / 30)));
                } else {
                    client.received();
                }
                silentMillis = client.bytesReceived() == before ? silentMillis + 25 : 0;
                longestMillis = Math.max(longestMillis, silentMillis);
            }
            assertThat(longestMillis).isBetween(100, 500);
        }
    }
}
