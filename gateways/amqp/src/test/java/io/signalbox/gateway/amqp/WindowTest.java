package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.EmbeddedPeer.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids of transfers and deliveries go round at 2^32 (2.8.8, 2.8.9), and a window of 2^32 - 1 means very much (2.5.6). */
class WindowTest {
    private static final int MESSAGES = 6;
    private static final int NEXT_INCOMING_ID = 0;
    private static final int FIRST = 1;

    private EmbeddedPeer client;

    @BeforeEach
    void start() {
        client = new EmbeddedPeer(AmqpConfig.DEFAULT);
        client.send(Frames.AMQP_HEADER, Frames.OPEN);
    }

    @AfterEach
    void stop() {
        client.stop();
    }

    private static String number(int id) {
        return "70" + HexFormat.of().toHexDigits(id);
    }

    private static String transfer(int id) {
        return Frames.amqp(0, "00 53 14 c0 0c 05 43" + number(id) + "a00101 43 42", "00 53 75 a0 02 6869");
    }

    /** Of a client whose windows and credit are as large as they can be said. */
    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE - 2, Integer.MIN_VALUE, -3})
    void messagesGoBothWaysFromTheId(int firstId) {
        client.send(Frames.amqp(0, "00 53 11 c0 11 04 40" + number(firstId) + "70ffffffff 70ffffffff"));
        client.send(Frames.ATTACH_SENDER, Frames.ATTACH_RECEIVER);
        client.send(
                Frames.amqp(0, "00 53 13 c0 19 07 43 70ffffffff" + number(firstId) + "70ffffffff 5201 43 70ffffffff"));
        for (int id = firstId; id != firstId + MESSAGES; id++) {
            List<Performative> answer = client.send(transfer(id));
            assertThat(only(answer, Performative.TRANSFER)).hasSize(1);
            assertThat(only(answer, Performative.DISPOSITION))
                    .extracting(p -> p.unsignedInt(FIRST))
                    .containsExactly(Integer.toUnsignedLong(id));
        }
        List<Performative> echo = client.send(Frames.amqp(
                0, "00 53 13 c0 17 0a 43 70ffffffff" + number(firstId + MESSAGES) + "70ffffffff 40 40 40 40 42 41"));
        assertThat(only(echo, Performative.FLOW))
                .extracting(p -> p.unsignedInt(NEXT_INCOMING_ID))
                .containsExactly(Integer.toUnsignedLong(firstId + MESSAGES));
    }
}
