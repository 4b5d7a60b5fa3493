package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.EmbeddedPeer.only;
import static io.signalbox.gateway.amqp.Frames.AMQP_HEADER;
import static io.signalbox.gateway.amqp.Frames.BEGIN;
import static io.signalbox.gateway.amqp.Frames.OPEN;
import static io.signalbox.gateway.amqp.Frames.amqp;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpLimits;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What publishers say of their own deliveries (2.6.12, 2.7.6): ranges, in mode second and in mode first. */
class SettledBySenderTest {
    private static final int FLOW = 0x13;
    private static final int LINK_CREDIT = 6;
    private static final int FIRST = 1;
    private static final int LAST = 2;

    /** Link {@code l}, handle 0, to {@code t}, the receiver settles second. */
    private static final String ATTACH_SECOND =
            amqp(0, "00 53 12 c0 19 0a a1016c 43 42 40 5001 00532845 005329c00401a10174 40 40 43");

    /** The same as link {@code m}, handle 1. */
    private static final String ATTACH_OTHER =
            amqp(0, "00 53 12 c0 1a 0a a1016d 5201 42 40 5001 00532845 005329c00401a10174 40 40 43");

    private EmbeddedPeer client;

    /** A credit of four for each link, renewed when half of it is used. */
    @BeforeEach
    void start() {
        client = new EmbeddedPeer(AmqpConfig.DEFAULT.withLimits(new AmqpLimits(65_536, 1_024, 65_536, 4, 8, 4, 10)));
        client.send(AMQP_HEADER, OPEN, BEGIN);
    }

    @AfterEach
    void stop() {
        client.stop();
    }

    private static List<Long> credits(List<Performative> all) {
        return only(all, FLOW).stream().map(p -> p.unsignedInt(LINK_CREDIT)).toList();
    }

    private static String number(int id) {
        return HexFormat.of().toHexDigits((byte) id);
    }

    private static String settledBySender(int first, int last) {
        return amqp(0, "00 53 15 c0 07 04 42 52" + number(first) + "52" + number(last) + "41");
    }

    /** One frame of a message. */
    private static String frame(int handle, int id, boolean settled, boolean more) {
        return amqp(
                0,
                "00 53 14 c0 0b 06 52" + number(handle) + "52" + number(id) + "a001" + number(id) + "43"
                        + (settled ? "41" : "42") + (more ? "41" : "42"),
                more ? "00 53 75 a0 02" : "00 53 75 a0 00");
    }

    private static String aborted(int id) {
        return amqp(0, "00 53 14 c0 0e 0a 43 52" + number(id) + "a001" + number(id) + "43 42 42 40 40 42 41");
    }

    @Test
    void aRangeWhoseLastDeliveryIsSettledAlreadySettlesNoneAfterIt() {
        client.send(ATTACH_SECOND);
        for (int i = 0; i < 4; i++) {
            client.send(Frames.transfer(i));
        }
        assertThat(credits(client.send(settledBySender(1, 1)))).isEmpty();
        assertThat(credits(client.send(settledBySender(0, 1)))).containsExactly(2L);
        assertThat(credits(client.send(settledBySender(0, 1)))).as("it is done").isEmpty();
        assertThat(credits(client.send(settledBySender(2, 3)))).endsWith(4L);
    }

    @Test
    void aRangeWhoseFirstDeliveryWasSettledAsItCameSettlesTheOthers() {
        client.send(ATTACH_SECOND, frame(0, 0, true, false));
        for (int i = 1; i < 4; i++) {
            client.send(Frames.transfer(i));
        }
        assertThat(credits(client.send(settledBySender(0, 3)))).endsWith(4L);
    }

    @Test
    void aRangeHoldsForAllLinksOfTheSession() {
        client.send(ATTACH_SECOND, ATTACH_OTHER);
        for (int i = 0; i < 8; i++) {
            client.send(frame(i % 2, i, false, false));
        }
        assertThat(credits(client.send(settledBySender(0, 1)))).isEmpty();
        assertThat(credits(client.send(settledBySender(0, 3)))).containsExactly(2L, 2L);
    }

    @Test
    void whatIsSettledBeforeItIsAnsweredIsOverWithItsAnswer() {
        client.transport.silent = true;
        client.send(ATTACH_SECOND);
        for (int i = 0; i < 4; i++) {
            client.send(Frames.transfer(i));
        }
        assertThat(client.send(settledBySender(0, 3))).isEmpty();
        client.transport.answerWaiting();
        List<Performative> answer = client.received();
        assertThat(only(answer, Performative.DISPOSITION)).allMatch(Performative::isSettled);
        assertThat(credits(answer)).endsWith(4L);
    }

    @Test
    void inModeFirstPublishersHearOfAllTheirMessages() {
        client.transport.silent = true;
        client.send(Frames.ATTACH_SENDER);
        for (int i = 0; i < 4; i++) {
            client.send(Frames.transfer(i));
        }
        client.send(settledBySender(1, 1), settledBySender(0, 1));
        client.transport.answerWaiting();
        List<Performative> answer = only(client.received(), Performative.DISPOSITION);
        assertThat(answer).isNotEmpty().allMatch(Performative::isSettled);
        assertThat(answer.getFirst().unsignedInt(FIRST)).isZero();
        assertThat(answer.getLast().unsignedInt(LAST)).isEqualTo(3);
    }

    @Test
    void messagesOfManyFramesAreSettledByTheirFirstId() {
        client.send(ATTACH_SECOND, ATTACH_OTHER);
        client.send(frame(0, 0, false, true), frame(1, 1, false, false), frame(0, 0, false, false));
        client.send(frame(0, 2, false, true), aborted(2));
        client.send(frame(0, 3, false, true), frame(0, 3, true, false));
        client.send(frame(0, 4, false, false), frame(0, 5, false, false));
        assertThat(credits(client.send(settledBySender(0, 9)))).isNotEmpty();
        assertThat(client.send(settledBySender(0, 9))).isEmpty();
    }

    @Test
    void aSessionThatIsNotThereIsNotSettledIn() {
        String elsewhere = settledBySender(0, 0).replace("02000000", "02000007");
        assertThat(only(client.send(elsewhere), 0x18)).hasSize(1);
    }
}
