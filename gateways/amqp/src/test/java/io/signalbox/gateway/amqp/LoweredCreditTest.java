package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receivers that take back what they gave (2.6.7). */
class LoweredCreditTest {
    private static final int FLOW = 0x13;
    private static final int HANDLE = 0;

    /** Links {@code q} and {@code p}, handles 1 and 2, receive from the queue {@code t}. */
    private static final String FIRST =
            Frames.amqp(0, "00 53 12 c0 1e 07 a10171 5201 41 40 40 005328c00c01a10971756575653a2f2f74 00532945");

    private static final String SECOND =
            Frames.amqp(0, "00 53 12 c0 1e 07 a10170 5202 41 40 40 005328c00c01a10971756575653a2f2f74 00532945");

    private EmbeddedPeer client;

    @BeforeEach
    void start() {
        client = new EmbeddedPeer(AmqpConfig.DEFAULT);
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
    }

    @AfterEach
    void stop() {
        client.stop();
    }

    private static String number(int id) {
        return "52" + HexFormat.of().toHexDigits((byte) id);
    }

    private static String flow(int handle, int deliveryCount, int credit, boolean drain) {
        return Frames.amqp(
                0,
                "00 53 13 c0 0f 09 43 52ff 43 52ff" + number(handle) + number(deliveryCount) + number(credit) + "40"
                        + (drain ? "41" : "42"));
    }

    @Test
    void whatALinkMayNotSendIsLeftToTheOthersOfItsQueue() {
        client.send(FIRST, flow(1, 0, 100, false), SECOND, flow(2, 0, 10, false));
        client.send(flow(1, 0, 1, false));
        int first = 0;
        int second = 0;
        for (int i = 0; i < 6; i++) {
            for (Performative p : client.send(Frames.transfer(i))) {
                if (p.code() == Performative.TRANSFER) {
                    first += p.unsignedInt(HANDLE) == 1 ? 1 : 0;
                    second += p.unsignedInt(HANDLE) == 2 ? 1 : 0;
                }
            }
        }
        assertThat(first).isEqualTo(1);
        assertThat(second).isEqualTo(5);
    }

    @Test
    void aDrainIsToldThoughTheCreditWasLowered() {
        client.send(FIRST, flow(1, 0, 100, false), flow(1, 0, 1, false));
        client.send(Frames.transfer(0), Frames.transfer(1));
        client.send(flow(1, 1, 3, true));
        client.pass(1_000);
        assertThat(client.received().stream().filter(p -> p.code() == FLOW)).hasSize(1);
    }

    /** What is under way is more than the client says it takes: nothing is left to be drained. */
    @Test
    void creditBelowWhatWasSentDoesNotTurnTheDeliveryCountBack() {
        client.send(Frames.ATTACH_RECEIVER, flow(1, 0, 5, false));
        client.send(Frames.transfer(0), Frames.transfer(1));
        client.transport.exhausted = false;
        client.send(flow(1, 2, 3, true));
        client.send(flow(1, 0, 0, true));
        client.transport.exhausted = true;
        client.transport.endTurn();
        List<Performative> flows =
                client.received().stream().filter(p -> p.code() == FLOW).toList();
        assertThat(flows).isEmpty();
    }
}
