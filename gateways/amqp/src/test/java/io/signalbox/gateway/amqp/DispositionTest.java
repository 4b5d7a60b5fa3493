package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.EmbeddedPeer.only;
import static io.signalbox.gateway.amqp.Frames.list;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.transport.Settlement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Outcomes of many deliveries in one frame (2.7.6). */
class DispositionTest {
    private static final int FIRST = 1;
    private static final int LAST = 2;

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

    /** By the receiver: settled, accepted. */
    private static String accepted(int first, int last) {
        return Frames.amqp(0, "00 53 15 c0 0b 05 41 52 0" + first + " 52 0" + last + " 41 00532445");
    }

    private void deliver(int messages) {
        client.send(Frames.ATTACH_RECEIVER, Frames.FLOW);
        int delivered = 0;
        for (int i = 0; i < messages; i++) {
            delivered +=
                    only(client.send(Frames.transfer(i)), Performative.TRANSFER).size();
        }
        assertThat(delivered).isEqualTo(messages);
    }

    @Test
    void aRangeEndsWithItsLastDeliveryAlsoIfThatIsSettledAlready() {
        deliver(4);
        client.send(accepted(1, 1));
        client.send(accepted(0, 1));
        assertThat(client.transport.settled).containsExactly(2, 1);
        client.send(accepted(2, 3));
        assertThat(client.transport.settled).containsExactly(2, 1, 3, 4);
    }

    @Test
    void aRangeHoldsWithoutItsFirstDelivery() {
        deliver(4);
        client.send(accepted(0, 0));
        client.send(accepted(0, 2));
        assertThat(client.transport.settled).containsExactly(1, 2, 3);
    }

    @Test
    void aRangeOfNothingSettlesNothing() {
        deliver(3);
        client.send(accepted(0, 1));
        client.send(accepted(0, 1), accepted(2, 1), accepted(5, 9));
        assertThat(client.transport.settled).containsExactly(1, 2);
    }

    /** The client's reason is its own: who asked for an echo of each would get them all at once. */
    @Test
    void aRangeIsAnsweredOnceAndWithoutTheClientsReason() {
        deliver(100);
        int before = client.bytesReceived();
        String error = "00531d" + list(2, "a30178 b1 000007d0" + "61".repeat(2_000));
        String rejected = "005325" + list(1, error);
        String range = Frames.amqp(0, "005315" + list(5, "41 43 5263 42" + rejected));
        List<Performative> answer = only(client.send(range), Performative.DISPOSITION);
        assertThat(answer).hasSize(1).allMatch(Performative::isSettled);
        assertThat(answer.getFirst().unsignedInt(FIRST)).isZero();
        assertThat(answer.getFirst().unsignedInt(LAST)).isEqualTo(99);
        assertThat(client.bytesReceived() - before).isLessThan(200);
        assertThat(client.transport.settlements).hasSize(100);
        assertThat(Set.copyOf(client.transport.settlements))
                .singleElement()
                .isInstanceOfSatisfying(
                        Settlement.Rejected.class,
                        one -> assertThat(one.reason()).startsWith("x: aaa").hasSizeLessThanOrEqualTo(1_024));
    }

    @Test
    void whatAReceiverSaysNeedNotFitInTheFramesThatItTakes() {
        client.close();
        client = new EmbeddedPeer(AmqpConfig.DEFAULT);
        String smallFrames = Frames.amqp(0, "00 53 10 c0 0a 03 a10163 40 70 00000200");
        client.send(Frames.AMQP_HEADER, smallFrames, Frames.BEGIN, Frames.ATTACH_SENDER);
        deliver(1);
        String text = "b1 000003e8" + "61".repeat(1_000);
        String annotations = "d1 000003f4 00000002 a30178" + text;
        String modified = "005327" + list(3, "42 42" + annotations);
        List<Performative> answer = client.send(Frames.amqp(0, "005315" + list(5, "41 43 40 42" + modified)));
        assertThat(only(answer, Performative.DISPOSITION)).hasSize(1).allMatch(Performative::isSettled);
        assertThat(client.channel.isOpen()).isTrue();
        assertThat(client.transport.settled).containsExactly(1);
    }

    @Test
    void publishersHearOfManyMessagesInOneFrame() {
        List<Performative> heard =
                only(client.send(Frames.transfer(0), Frames.transfer(1), Frames.transfer(2)), Performative.DISPOSITION);
        assertThat(heard).hasSize(1);
        assertThat(heard.getFirst().unsignedInt(FIRST)).isZero();
        assertThat(heard.getFirst().unsignedInt(LAST)).isEqualTo(2);
        assertThat(heard.getFirst().isSettled()).isTrue();
        List<Performative> one = only(client.send(Frames.transfer(3)), Performative.DISPOSITION);
        assertThat(one.getFirst().unsignedInt(FIRST)).isEqualTo(3);
    }

    @Test
    void aRefusalBetweenAcceptedMessagesStaysWhereItIs() {
        // message format 7 is not known
        String odd = Frames.amqp(0, "00 53 14 c0 0a 05 43 5201 a00101 5207 42", "00 53 75 a0 00");
        List<Performative> heard =
                only(client.send(Frames.transfer(0), odd, Frames.transfer(2)), Performative.DISPOSITION);
        assertThat(heard).extracting(p -> p.unsignedInt(FIRST)).containsExactlyInAnyOrder(0L, 1L, 2L);
    }
}
