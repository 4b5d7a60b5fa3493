package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.EmbeddedPeer.only;
import static io.signalbox.gateway.amqp.Frames.AMQP_HEADER;
import static io.signalbox.gateway.amqp.Frames.BEGIN;
import static io.signalbox.gateway.amqp.Frames.OPEN;
import static io.signalbox.gateway.amqp.Frames.amqp;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.config.AmqpLimits;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** rcv-settle-mode second (2.6.12): the receiver settles after the sender has. And the idle time-outs (2.4.5). */
class SettleModeTest {
    private static final int FLOW = 0x13;
    private static final int CLOSE = 0x18;
    private static final int FIRST = 1;
    private static final int LAST = 2;
    private static final int SETTLED = 3;

    /** As those of {@link Frames}, with the receiver settling second. */
    private static final String ATTACH_SENDER =
            amqp(0, "00 53 12 c0 19 0a a1016c 43 42 40 5001 00532845 005329c00401a10174 40 40 43");

    private static final String ATTACH_RECEIVER =
            amqp(0, "00 53 12 c0 17 07 a10172 5201 41 40 5001 005328c00401a10174 00532945");

    /** Of the sender, delivery 0, settled. */
    private static final String SETTLED_BY_SENDER = amqp(0, "00 53 15 c0 05 04 42 43 43 41");

    /** Of the receiver, delivery 0, accepted, not settled. */
    private static final String ACCEPTED_BY_RECEIVER = amqp(0, "00 53 15 c0 09 05 41 43 43 42 00532445");

    /** Of the receiver, deliveries 0 and 1, released, not settled. */
    private static final String RELEASED_BY_RECEIVER = amqp(0, "00 53 15 c0 0a 05 41 43 5201 42 00532645");

    private EmbeddedPeer client;

    @BeforeEach
    void start() {
        client = new EmbeddedPeer(AmqpConfig.DEFAULT
                .withIdleTimeoutMillis(10_000)
                .withLimits(new AmqpLimits(65_536, 1_024, 65_536, 4, 8, 2, 10)));
        client.send(AMQP_HEADER, OPEN, BEGIN);
    }

    @AfterEach
    void stop() {
        client.stop();
    }

    @Test
    void aMessageIsAcceptedAndOnItsWayUntilItsSenderSettlesIt() {
        client.send(ATTACH_SENDER);
        for (int i = 0; i < 2; i++) {
            assertThat(only(client.send(Frames.transfer(i)), Performative.DISPOSITION))
                    .as("accepted, and not settled")
                    .hasSize(1)
                    .noneMatch(d -> Boolean.TRUE.equals(d.flag(SETTLED)));
        }
        assertThat(only(client.received(), FLOW)).as("both are still open").isEmpty();
        assertThat(only(client.send(SETTLED_BY_SENDER), FLOW))
                .as("the credit of what is settled comes back")
                .isNotEmpty();
    }

    @Test
    void whatAReceiverHasAcceptedIsSettledThen() {
        client.send(ATTACH_RECEIVER, Frames.FLOW);
        client.send(Frames.ATTACH_SENDER);
        assertThat(only(client.send(Frames.transfer(0)), Performative.TRANSFER)).hasSize(1);
        assertThat(only(client.send(ACCEPTED_BY_RECEIVER), Performative.DISPOSITION))
                .hasSize(1)
                .allMatch(d -> Boolean.TRUE.equals(d.flag(SETTLED)));
    }

    @Test
    void aRangeThatAReceiverHasReleasedIsSettledThen() {
        client.send(ATTACH_RECEIVER, Frames.FLOW);
        client.send(Frames.ATTACH_SENDER);
        client.send(Frames.transfer(0), Frames.transfer(1));
        List<Performative> settled = only(client.send(RELEASED_BY_RECEIVER), Performative.DISPOSITION);
        assertThat(settled).extracting(d -> d.unsignedInt(FIRST)).containsExactly(0L);
        assertThat(settled).extracting(d -> d.unsignedInt(LAST)).containsExactly(1L);
        assertThat(settled).allMatch(d -> !d.isByReceiver() && d.isSettled());
        assertThat(client.transport.settled).containsExactly(1, 2);
        assertThat(only(client.send(RELEASED_BY_RECEIVER), Performative.DISPOSITION))
                .as("it is done")
                .isEmpty();
    }

    @Test
    void aClientThatIsSilentForTheIdleTimeOutIsClosedAndOneThatSaysNothingButThatItIsThereIsNot() {
        for (int i = 0; i < 5; i++) {
            client.pass(9_000);
            assertThat(only(client.send("00000008 02000000"), CLOSE)).isEmpty();
        }
        for (int i = 0; i < 101; i++) {
            client.pass(100); // not at once: a server that stood still listens a moment longer
        }
        assertThat(only(client.received(), CLOSE)).hasSize(1);
        assertThat(client.counters.value(AmqpCounter.ENDED_IDLE)).isEqualTo(1);
    }
}
