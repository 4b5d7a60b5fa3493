package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.EmbeddedPeer.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows, frames and sockets that are too small for what there is to be sent (2.5.6, 2.7.1). */
class BackPressureTest {
    private static final int CLOSE = 0x18;
    private static final int SETTLED = 4;
    private static final String WINDOW_OF_ONE = Frames.amqp(0, "00 53 11 c0 07 04 40 43 5201 52ff");

    /** Link {@code s}, handle 2, as {@link Frames#ATTACH_RECEIVER}. */
    private static final String SECOND_RECEIVER =
            Frames.amqp(0, "00 53 12 c0 16 07 a10173 5202 41 40 40 005328c00401a10174 00532945");

    /** Link {@code q}, handle 1, receives from the queue {@code t}. */
    private static final String QUEUE_RECEIVER =
            Frames.amqp(0, "00 53 12 c0 1e 07 a10171 5201 41 40 40 005328c00c01a10971756575653a2f2f74 00532945");

    private EmbeddedPeer client;

    @BeforeEach
    void start() {
        client = new EmbeddedPeer(AmqpConfig.DEFAULT);
    }

    @AfterEach
    void stop() {
        client.stop();
    }

    private static String uint(long number) {
        return "70" + HexFormat.of().toHexDigits((int) number);
    }

    /** Of the session and one of its links. */
    private static String flow(int nextIncoming, int window, int handle, long credit) {
        String fields = uint(nextIncoming) + uint(window) + uint(0) + uint(255) + uint(handle) + uint(0) + uint(credit);
        return Frames.amqp(0, "00 53 13 c0 24 07" + fields);
    }

    /** Container {@code c}, with the largest frame that it takes. */
    private static String open(int frameBytesMax) {
        return Frames.amqp(0, "00 53 10 c0 0a 03 a10163 40" + uint(frameBytesMax));
    }

    /** A message with so many bytes of data, in one frame. */
    private static String transfer(int deliveryId, int bytes) {
        String id = HexFormat.of().toHexDigits((byte) deliveryId);
        return Frames.amqp(
                0,
                "00 53 14 c0 09 05 43 52" + id + " a001" + id + " 43 42",
                "00 53 75 b0" + HexFormat.of().toHexDigits(bytes) + "78".repeat(bytes));
    }

    @Test
    void aWindowThatOneLinkOpensIsOpenForTheOthers() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, SECOND_RECEIVER, flow(0, 1, 1, 1), flow(0, 1, 2, 100));
        assertThat(only(client.send(Frames.transfer(0)), Performative.TRANSFER)).hasSize(1);
        List<Performative> rest = client.send(flow(1, 255, 1, 1));
        assertThat(only(rest, Performative.TRANSFER))
                .as("the first link has no credit, the second has")
                .hasSize(1);
    }

    @Test
    void moreCreditThanASignedNumberHoldsIsCredit() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0, 255, 1, 0xFFFF_FFFFL));
        assertThat(only(client.send(Frames.transfer(0)), Performative.TRANSFER)).hasSize(1);
    }

    @Test
    void framesSmallerThanTheSpecificationHasThemEndTheConnection() {
        assertThat(only(client.send(Frames.AMQP_HEADER, open(511)), CLOSE)).hasSize(1);
    }

    @Test
    void whatDoesNotFitInTheClientsFramesEndsItsConnectionAlone() {
        client.send(Frames.AMQP_HEADER, open(512), Frames.BEGIN);
        String address = "a1ff" + "74".repeat(255);
        String source = "005328" + "d0 00000105 00000001" + address; // twice: source and target
        String target = "005329" + "d0 00000105 00000001" + address;
        String fields = "a1 01 72 5201 41 40 40" + source + target;
        int size = fields.replace(" ", "").length() / 2 + 4;
        client.send(Frames.amqp(0, "00 53 12 d0" + HexFormat.of().toHexDigits(size) + "00000007" + fields));
        assertThat(client.channel.isOpen()).isFalse();
    }

    @Test
    void aRefusalFitsInTheSmallestFrame() {
        client.send(Frames.AMQP_HEADER, open(512), Frames.BEGIN, Frames.ATTACH_SENDER);
        // 255 characters of three bytes each as the address of a message on an anonymous relay
        String relay = Frames.amqp(0, "00 53 12 c0 14 0a a1016e 5203 42 40 40 00532845 00532945 40 40 43");
        client.send(relay);
        String to = "b1 000002fe e282ac2b" + "e282ac".repeat(254);
        String properties = "00 53 73 d0 00000309 00000003 40 40" + to;
        String transfer = "00 53 14 c0 09 05 5203 43 a00100 43 42";
        List<Performative> answer = client.send(Frames.amqp(0, transfer, properties, "00 53 75 a0 00"));
        assertThat(only(answer, Performative.DISPOSITION)).hasSize(1);
        assertThat(client.channel.isOpen()).isTrue();
    }

    @Test
    void aDeliveryThatIsSettledBeforeItsLastFrameDoesNotHoldUpTheNext() {
        client.send(Frames.AMQP_HEADER, open(512), WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0, 1, 1, 10));
        assertThat(only(client.send(transfer(0, 2_000)), Performative.TRANSFER)).hasSize(1);
        client.send(Frames.amqp(0, "00 53 15 c0 09 05 41 43 40 41 00532445"));
        List<Performative> rest = new ArrayList<>(client.send(flow(1, 255, 1, 10)));
        rest.addAll(client.send(transfer(1, 10)));
        assertThat(only(rest, Performative.TRANSFER)).hasSizeGreaterThanOrEqualTo(2);
        Performative last = only(rest, Performative.TRANSFER).getLast();
        assertThat(last.unsignedInt(1)).as("delivery id").isEqualTo(1);
    }

    /** The engine's own map would have the first delivery once more, between the other two. */
    @Test
    void aRangeEndsNoDeliveryThatHadToWaitForTheWindowAndIsNotInIt() {
        client.send(Frames.AMQP_HEADER, open(512), WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0, 1, 1, 1));
        assertThat(only(client.send(transfer(0, 2_000)), Performative.TRANSFER)).hasSize(1);
        client.send(SECOND_RECEIVER, flow(0, 1, 2, 10));
        assertThat(only(client.send(transfer(1, 10)), Performative.TRANSFER)).isEmpty();
        List<Performative> second = only(client.send(flow(1, 1, 2, 10)), Performative.TRANSFER);
        assertThat(second).hasSize(1).allMatch(t -> t.unsignedInt(1) == 1);
        List<Performative> rest = only(client.send(flow(2, 255, 1, 1)), Performative.TRANSFER);
        assertThat(rest).isNotEmpty().allMatch(t -> t.unsignedInt(1) == 0);
        assertThat(only(client.send(transfer(2, 10)), Performative.TRANSFER)).hasSize(1);
        client.send(Frames.amqp(0, "00 53 15 c0 0b 05 41 5201 5202 41 00532445"));
        assertThat(client.transport.settled).as("of the second link").containsExactly(1, 2);
        client.send(Frames.amqp(0, "00 53 15 c0 09 05 41 43 40 41 00532445"));
        assertThat(client.transport.settled).containsExactly(1, 2, 1);
    }

    @Test
    void framesOfADeliveryThatTheClientHasSettledMeanwhileSaySo() {
        client.send(Frames.AMQP_HEADER, open(512), WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0, 1, 1, 10));
        List<Performative> first = only(client.send(transfer(0, 2_000)), Performative.TRANSFER);
        assertThat(first).hasSize(1).allMatch(t -> Boolean.FALSE.equals(t.flag(SETTLED)));
        List<Performative> next = only(client.send(flow(1, 1, 1, 10)), Performative.TRANSFER);
        assertThat(next).hasSize(1).allMatch(t -> Boolean.FALSE.equals(t.flag(SETTLED)));
        client.send(Frames.amqp(0, "00 53 15 c0 09 05 41 43 40 41 00532445"));
        List<Performative> rest = only(client.send(flow(2, 255, 1, 10)), Performative.TRANSFER);
        assertThat(rest).isNotEmpty().allMatch(t -> Boolean.TRUE.equals(t.flag(SETTLED)));
    }

    /** 2.7.5: in that mode the flag is false on every frame. */
    @Test
    void noFrameIsSettledForWhoWantsEverythingUnsettled() {
        client.send(Frames.AMQP_HEADER, open(512), WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.amqp(0, "00 53 12 c0 17 07 a10172 5201 41 5000 40 005328c00401a10174 00532945"));
        client.send(flow(0, 1, 1, 10));
        List<Performative> all = new ArrayList<>(only(client.send(transfer(0, 2_000)), Performative.TRANSFER));
        client.send(Frames.amqp(0, "00 53 15 c0 09 05 41 43 40 41 00532445"));
        all.addAll(only(client.send(flow(1, 255, 1, 10)), Performative.TRANSFER));
        assertThat(all).hasSizeGreaterThan(3).allMatch(t -> Boolean.FALSE.equals(t.flag(SETTLED)));
    }

    @Test
    void whatAQueueHandsOverWhileTheSocketIsFullWaits() {
        Tap tap = new Tap();
        client.channel.pipeline().addFirst(tap);
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        client.send(QUEUE_RECEIVER, flow(0, 255, 1, 100));
        tap.shut = true;
        StringBuilder messages = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            messages.append(transfer(i, 60_000));
        }
        client.send(messages.toString());
        assertThat(client.channel.bytesBeforeWritable())
                .as("bytes beyond what the socket takes")
                .isPositive()
                .isLessThan(200_000);
        tap.shut = false;
        List<Performative> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.addAll(only(client.received(), Performative.TRANSFER));
        }
        assertThat(all).hasSize(40);
    }

    /** A transport has another turn when it is told so: it would never rest. */
    @Test
    void theEndOfATurnAsksForNoOther() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN);
        client.send(QUEUE_RECEIVER, flow(0, 255, 1, 100));
        int before = client.transport.writableTold;
        assertThat(before).isPositive();
        client.transport.endTurn();
        client.transport.endTurn();
        assertThat(client.transport.writableTold).isEqualTo(before);
    }

    /** Who crosses the mark is told so in the middle of its write. */
    @Test
    void theRestOfALargeMessageThatFillsTheSocketUsesOneCredit() {
        client.send(Frames.AMQP_HEADER, open(16_384), WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0, 1, 1, 3));
        assertThat(only(client.send(transfer(0, 120_000)), Performative.TRANSFER))
                .as("one of eight frames")
                .hasSize(1);
        assertThat(only(client.send(flow(1, 255, 1, 3)), Performative.TRANSFER)).hasSize(7);
        assertThat(only(client.send(transfer(1, 10)), Performative.TRANSFER)).hasSize(1);
        assertThat(only(client.send(transfer(2, 10)), Performative.TRANSFER))
                .as("the third credit")
                .hasSize(1);
    }

    @Test
    void aLinkThatFoundTheWindowUsedUpByAnotherIsLookedAtAgain() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, SECOND_RECEIVER, flow(0, 1, 1, 100), flow(0, 1, 2, 100));
        assertThat(only(client.send(Frames.transfer(0)), Performative.TRANSFER)).hasSize(1);
        assertThat(only(client.send(Frames.transfer(1)), Performative.TRANSFER)).isEmpty();
        assertThat(only(client.send(flow(1, 1, 1, 100)), Performative.TRANSFER)).hasSize(1);
        assertThat(only(client.send(flow(2, 255, 1, 100)), Performative.TRANSFER))
                .as("both of the second link")
                .hasSize(2)
                .allMatch(t -> t.unsignedInt(0) == 2);
    }

    @Test
    void aLinkThatWasClosedInTheMiddleOfADeliveryIsLeftInPeace() {
        client.send(Frames.AMQP_HEADER, open(512), WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0, 1, 1, 10));
        assertThat(only(client.send(transfer(0, 2_000)), Performative.TRANSFER)).hasSize(1);
        client.transport.removeFirst();
        assertThat(only(client.received(), Performative.DETACH)).hasSize(1);
        String ofTheSession = Frames.amqp(0, "00 53 13 c0 15 04" + uint(1) + uint(255) + uint(0) + uint(255));
        List<Performative> answer = client.send(flow(1, 0, 1, 20), ofTheSession);
        assertThat(only(answer, Performative.TRANSFER)).isEmpty();
        assertThat(client.channel.isOpen()).isTrue();
    }

    /** Its credit is used at its end alone; a client that counts at the beginning would hear of it twice. */
    @Test
    void aDrainIsNotOverWhileAMessageIsHalfSent() {
        client.send(Frames.AMQP_HEADER, open(512), WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0, 1, 1, 1));
        assertThat(only(client.send(transfer(0, 2_000)), Performative.TRANSFER)).hasSize(1);
        client.send(draining(1, 0));
        client.pass(1_000);
        assertThat(only(client.received(), Performative.FLOW)).isEmpty();
        List<Performative> rest = client.send(draining(1, 255));
        assertThat(only(rest, Performative.TRANSFER)).isNotEmpty();
        assertThat(only(rest, Performative.FLOW)).allMatch(f -> f.unsignedInt(5) == 1);
    }

    /** Of handle 1, with credit of one to be drained. */
    private static String draining(int nextIncoming, int window) {
        String session = uint(nextIncoming) + uint(window) + uint(0) + uint(255);
        return Frames.amqp(0, "00 53 13 c0 26 09" + session + uint(1) + uint(0) + uint(1) + "40 41");
    }

    @Test
    void theCreditOfAMessageThatIsHalfSentIsUsed() {
        client.send(Frames.AMQP_HEADER, open(512), WINDOW_OF_ONE, Frames.ATTACH_SENDER);
        client.send(QUEUE_RECEIVER, flow(0, 1, 1, 1));
        assertThat(only(client.send(transfer(0, 2_000)), Performative.TRANSFER)).hasSize(1);
        assertThat(only(client.send(flow(1, 1, 1, 1)), Performative.TRANSFER)).hasSize(1);
        String another = "00 53 12 c0 1e 07 a1016f 5202 41 40 40 005328c00c01a10971756575653a2f2f74 00532945";
        client.send(Frames.amqp(0, another), flow(2, 0, 2, 10));
        client.send(transfer(1, 10));
        List<Performative> rest = only(client.send(flow(2, 255, 2, 10)), Performative.TRANSFER);
        assertThat(rest)
                .as("the next message, on the link that has credit")
                .anyMatch(t -> t.unsignedInt(1) == 1 && t.unsignedInt(0) == 2);
    }

    /** A socket that may be full. */
    private static final class Tap extends ChannelOutboundHandlerAdapter {
        boolean shut;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (!shut) {
                ctx.flush();
            }
        }
    }
}
