package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.EmbeddedPeer.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpLimits;
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
        client.stop();
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

    /** 2.6.7: it is the mode that it is in, which is over when its credit is. */
    @Test
    void aPublisherThatIsAskedForItsCreditMaySayThatBeforeItHasGivenIt() {
        String asked = Frames.amqp(0, "00 53 13 c0 0d 09 43 52ff 43 52ff 43 43 5205 40 41");
        String askedInTwoBytes = Frames.amqp(0, "00 53 13 c0 0e 09 43 52ff 43 52ff 43 43 5205 40 5601");
        client.send(Frames.ATTACH_SENDER, asked);
        client.transport.hold(true);
        client.received();
        assertThat(client.send(asked, askedInTwoBytes)).isEmpty();
        assertThat(only(client.send(Frames.transfer(0)), Performative.DISPOSITION))
                .hasSize(1);
        client.send(Frames.amqp(0, "00 53 13 c0 10 09 43 52ff 43 52ff 43 70000003e8 43 40 41"));
        client.transport.hold(false);
        assertThat(only(client.received(), FLOW)).anyMatch(flow -> flow.unsignedInt(LINK_CREDIT) == 1_000);
    }

    /** Of delivery {@code id} on handle 0; the last fields are settled, more and whatever follows. */
    private static String frame(int id, String size, String lastFields) {
        String number = "52" + java.util.HexFormat.of().toHexDigits((byte) id);
        return Frames.amqp(0, "00 53 14 c0" + size + "43" + number + "a00100 43" + lastFields, "00 53 75 a0 01 68");
    }

    private static String beginning(int id) {
        return frame(id, "0a 06", "42 41");
    }

    private static String whole(int id) {
        return frame(id, "0a 06", "42 42");
    }

    private static String aborted(int id) {
        return frame(id, "0e 0a", "42 42 40 40 42 41");
    }

    private static boolean isDetached(List<Performative> answer) {
        return !only(answer, Performative.DETACH).isEmpty();
    }

    /** With two messages on the way at most, of which none is settled. */
    private void attachWithCreditOfTwo() {
        client.close();
        client = new EmbeddedPeer(AmqpConfig.DEFAULT.withLimits(new AmqpLimits(65_536, 1_024, 65_536, 4, 8, 2, 10)));
        String second = "00 53 12 c0 19 0a a1016c 43 42 40 5001 00532845 005329c00401a10174 40 40 43";
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.amqp(0, second));
    }

    @Test
    void aPublisherThatIsAskedForItsCreditInTheMiddleOfAMessageMayEndIt() {
        client.send(Frames.ATTACH_SENDER, beginning(0));
        client.transport.hold(true);
        client.received();
        client.send(Frames.amqp(0, "00 53 13 c0 10 09 43 52ff 43 52ff 43 70000003e8 43 40 41"));
        List<Performative> answer = client.send(whole(0));
        assertThat(isDetached(answer)).isFalse();
        assertThat(only(answer, Performative.DISPOSITION)).hasSize(1);
    }

    @Test
    void aSenderNeedNotCountWhatItHasAborted() {
        attachWithCreditOfTwo();
        client.send(beginning(0), aborted(0));
        for (int id = 1; id <= 2; id++) {
            assertThat(isDetached(client.send(whole(id)))).as("message " + id).isFalse();
        }
        assertThat(isDetached(client.send(whole(3)))).as("one too many").isTrue();
    }

    /** As one that counts a message at its beginning says it, who then is ahead by one for good. */
    @Test
    void repeatedAnswersInTheMiddleOfAMessageGiveNoMoreThanOne() {
        attachWithCreditOfTwo();
        client.send(beginning(0));
        for (int i = 0; i < 5; i++) {
            client.send(Frames.amqp(0, "00 53 13 c0 10 09 43 52ff 43 52ff 43 70000003e8 43 40 41"));
        }
        assertThat(isDetached(client.send(whole(0), whole(1)))).isFalse();
        assertThat(isDetached(client.send(whole(2)))).as("one too many").isTrue();
    }

    @Test
    void aMessageThatIsHalfReceivedIsOneOfThoseThatMayBeOnTheWay() {
        client.close();
        client = new EmbeddedPeer(AmqpConfig.DEFAULT.withLimits(new AmqpLimits(65_536, 1_024, 65_536, 4, 8, 4, 10)));
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        client.transport.silent = true;
        client.send(whole(0), whole(1), whole(2), beginning(3));
        client.transport.answerWaiting();
        assertThat(only(client.received(), FLOW))
                .as("as the engine has it, which has not counted the half one")
                .isNotEmpty()
                .allMatch(flow -> flow.unsignedInt(LINK_CREDIT) <= 4);
    }

    @Test
    void whatIsAbortedNeedsCredit() {
        attachWithCreditOfTwo();
        assertThat(isDetached(client.send(whole(0), whole(1)))).isFalse();
        assertThat(isDetached(client.send(beginning(2), aborted(2)))).isTrue();
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
