package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Credit both ways (2.6.7): what a link was given it may use, and what is taken back is said. */
class FlowControlTest {
    private static final int FLOW = 0x13;
    private static final int LINK_CREDIT = 6;
    private static final int DRAIN = 8;

    private EmbeddedPeer client;

    @BeforeEach
    void start() {
        client = new EmbeddedPeer(AmqpConfig.DEFAULT);
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN);
    }

    @AfterEach
    void stop() {
        assertThat(client.counters.value(AmqpCounter.INTERNAL_ERRORS)).isZero();
        client.close();
    }

    private static List<Performative> only(List<Performative> all, int code) {
        return all.stream().filter(p -> p.code() == code).toList();
    }

    private static boolean drains(Performative flow) {
        return Boolean.TRUE.equals(flow.flag(DRAIN));
    }

    /** On handle 1, whose link receives. */
    private static String flow(int credit, boolean drain) {
        String c = java.util.HexFormat.of().toHexDigits((byte) credit);
        return Frames.amqp(0, "00 53 13 c0 0e 09 43 52ff 43 52ff 5201 43 52" + c + " 40 " + (drain ? "41" : "42"));
    }

    @Test
    void aHeldPublisherGivesItsCreditBackAndIsReadAllTheSame() {
        assertThat(only(client.send(Frames.ATTACH_SENDER), FLOW)).isNotEmpty();
        client.transport.hold(true);
        List<Performative> asked = only(client.received(), FLOW);
        assertThat(asked).hasSize(1).allMatch(FlowControlTest::drains);
        assertThat(only(client.send(Frames.ATTACH_RECEIVER), Performative.ATTACH))
                .as("the rest of the connection is served")
                .hasSize(1);
        List<Performative> answered = client.send(Frames.transfer(0));
        assertThat(only(answered, Performative.DISPOSITION))
                .as("what was on its way is answered")
                .hasSize(1);
        // all credit is used up or given back: delivery count 1,000, credit 0
        String returned = Frames.amqp(0, "00 53 13 c0 10 09 43 52ff 43 52ff 43 70000003e8 43 40 41");
        assertThat(only(client.send(returned), FLOW)).isEmpty();
        client.transport.hold(false);
        assertThat(only(client.received(), FLOW)).anyMatch(flow -> flow.unsignedInt(LINK_CREDIT) == 1_000);
    }

    @Test
    void aLinkThatIsAttachedWhileAllAreHeldGetsItsCreditLater() {
        client.send(Frames.ATTACH_SENDER);
        client.transport.hold(true);
        client.received();
        String another = Frames.amqp(0, "00 53 12 c0 19 0a a1016d 5203 42 40 40 00532845 005329c00401a10174 40 40 43");
        assertThat(only(client.send(another), FLOW)).isEmpty();
        client.transport.hold(false);
        assertThat(only(client.received(), FLOW)).isNotEmpty();
    }

    @Test
    void creditThatComesWhileADrainIsUnderWayIsNotForgotten() {
        client.send(Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER);
        client.send(flow(10, true));
        client.send(flow(20, false));
        client.pass(1_000);
        assertThat(only(client.received(), FLOW)).noneMatch(FlowControlTest::drains);
        assertThat(only(client.send(Frames.transfer(0)), Performative.TRANSFER)).hasSize(1);
    }

    @Test
    void aDrainIsNotOverWhileTheTransportStillReads() {
        client.send(Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER);
        client.transport.exhausted = false;
        client.send(flow(10, true));
        client.pass(1_000);
        assertThat(only(client.received(), FLOW)).isEmpty();
        List<Performative> later = client.send(Frames.transfer(0));
        assertThat(only(later, Performative.TRANSFER)).hasSize(1);
        assertThat(only(later, FLOW)).isEmpty();
        client.transport.exhausted = true;
        client.transport.endTurn();
        assertThat(only(client.received(), FLOW)).anyMatch(flow -> drains(flow) && flow.unsignedInt(LINK_CREDIT) == 0);
    }

    @Test
    void anEarlierDrainsTimeDoesNotEndALaterOne() {
        client.send(Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER);
        client.send(flow(10, true));
        client.pass(60);
        client.send(flow(10, false));
        client.send(flow(10, true));
        client.pass(60);
        assertThat(only(client.received(), FLOW)).isEmpty();
        client.pass(60);
        assertThat(only(client.received(), FLOW)).anyMatch(FlowControlTest::drains);
    }
}
