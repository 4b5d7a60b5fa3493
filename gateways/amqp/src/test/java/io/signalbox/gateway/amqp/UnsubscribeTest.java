package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.Frames.AMQP_HEADER;
import static io.signalbox.gateway.amqp.Frames.BEGIN;
import static io.signalbox.gateway.amqp.Frames.OPEN;
import static io.signalbox.gateway.amqp.Frames.amqp;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that end a durable subscription, as JMS has it, and go on with its name before they hear that it is ended. */
class UnsubscribeTest {
    private static final int ATTACH_SOURCE = 5;
    private static final String SESSION = "amqp:c:d";

    /** Link {@code d}, handle 1, without a source: asks for the subscription that has its name. */
    private static final String LOOK_UP = amqp(0, "00 53 12 c0 0e 07 a10164 5201 41 40 40 40 00532945");

    /** Handle 1. */
    private static final String CLOSE = amqp(0, "00 53 16 c0 04 02 5201 41");

    /** Link {@code d}, handle 1, from {@code t}, durable, expiry policy never. */
    private static final String SUBSCRIBE =
            amqp(0, "00 53 12 c0 1f 07 a10164 5201 41 40 40 005328c00d03a10174 5202 a3056e65766572 00532945");

    /** The same on handle 2. */
    private static final String SUBSCRIBE_ON_ANOTHER_HANDLE =
            amqp(0, "00 53 12 c0 1f 07 a10164 5202 41 40 40 005328c00d03a10174 5202 a3056e65766572 00532945");

    private EmbeddedPeer client;

    @BeforeEach
    void start() {
        client = new EmbeddedPeer(AmqpConfig.DEFAULT);
        client.send(AMQP_HEADER, OPEN, BEGIN);
        client.transport.resumes = true;
        client.transport.removesSlowly = true;
    }

    @AfterEach
    void stop() {
        client.stop();
    }

    private static List<Integer> codes(List<Performative> said) {
        return said.stream().map(Performative::code).toList();
    }

    private List<Performative> removed() {
        client.transport.removeWaiting(null);
        return client.received();
    }

    /** @return what comes when the transport has opened what waits, and that what waits for it */
    private List<Integer> opened() {
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            client.transport.openWaiting();
            codes.addAll(codes(client.received()));
        }
        return codes;
    }

    @Test
    void aClientHearsThatItsSubscriptionIsEndedWhenItIs() {
        assertThat(codes(client.send(LOOK_UP))).containsExactly(Performative.ATTACH);
        assertThat(client.send(CLOSE)).isEmpty();
        assertThat(client.transport.removed).containsExactly(SESSION);
        assertThat(codes(removed())).containsExactly(Performative.DETACH);
    }

    @Test
    void whoDoesNotWaitForThatGetsItsNameWhenItIsFree() {
        client.send(LOOK_UP);
        assertThat(codes(client.send(CLOSE, SUBSCRIBE))).as("the first").containsExactly(Performative.DETACH);
        assertThat(client.transport.opened).as("the other waits").containsExactly(SESSION);
        assertThat(codes(removed())).as("the other").containsExactly(Performative.ATTACH);
        assertThat(client.transport.opened).containsExactly(SESSION, SESSION);
        assertThat(client.transport.subscriptions()).isEqualTo(1);
    }

    @Test
    void soDoesWhoUsesAnotherHandle() {
        client.send(LOOK_UP);
        assertThat(codes(client.send(CLOSE, SUBSCRIBE_ON_ANOTHER_HANDLE))).containsExactly(Performative.DETACH);
        assertThat(codes(removed())).containsExactly(Performative.ATTACH);
        assertThat(client.transport.subscriptions()).isEqualTo(1);
    }

    @Test
    void soDoesWhoEvenDoesNotWaitForTheAnswerToItsQuestion() {
        client.transport.slow = true;
        assertThat(codes(client.send(LOOK_UP, CLOSE, SUBSCRIBE)))
                .as("the first")
                .containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(opened()).as("is being ended").isEmpty();
        assertThat(client.transport.opened).as("the other waits").containsExactly(SESSION);
        assertThat(client.transport.removed).containsExactly(SESSION);
        removed();
        assertThat(opened()).as("the other").containsExactly(Performative.ATTACH);
        assertThat(client.transport.removed).as("it stays").containsExactly(SESSION);
        assertThat(client.transport.subscriptions()).isEqualTo(1);
    }

    @Test
    void soDoesWhoHasTheAnswerOnItsWay() {
        client.transport.slow = true;
        client.send(LOOK_UP, CLOSE);
        client.transport.openWaiting(); // in the turn in which the other is read
        assertThat(codes(client.send(SUBSCRIBE))).containsExactly(Performative.ATTACH, Performative.DETACH);
        removed();
        assertThat(opened()).containsExactly(Performative.ATTACH);
        assertThat(client.transport.removed).containsExactly(SESSION);
    }

    @Test
    void whatIsSaidFirstIsDoneFirst() {
        client.transport.slow = true;
        client.send(LOOK_UP, CLOSE, SUBSCRIBE, CLOSE, LOOK_UP, CLOSE, SUBSCRIBE);
        for (int i = 0; i < 5; i++) {
            opened();
            removed();
        }
        assertThat(client.transport.opened).endsWith(SESSION);
        assertThat(client.transport.sessions()).isEqualTo(1);
        assertThat(client.transport.subscriptions()).as("of the last one").isEqualTo(1);
    }

    @Test
    void aSubscriptionThatCouldNotBeEndedIsNotTakenForANewOne() {
        client.send(LOOK_UP);
        client.send(CLOSE, SUBSCRIBE);
        client.transport.removeWaiting(new SignalboxException(ReasonCode.BUSY, "not now"));
        List<Performative> said = client.received();
        assertThat(codes(said)).containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(said.getFirst().isPresent(ATTACH_SOURCE))
                .as("refused (2.6.3)")
                .isFalse();
        client.send(CLOSE);
        assertThat(codes(client.send(SUBSCRIBE))).as("now it is").containsExactly(Performative.ATTACH);
    }

    @Test
    void whoHasGoneMeanwhileGetsNothing() {
        client.send(LOOK_UP);
        client.send(CLOSE, SUBSCRIBE, Frames.END);
        removed();
        assertThat(client.transport.opened).containsExactly(SESSION);
        assertThat(client.transport.sessions()).isZero();
        client.send(BEGIN);
        assertThat(codes(client.send(SUBSCRIBE))).containsExactly(Performative.ATTACH);
    }

    @Test
    void namesThatAreUsedAgainAndAgainDoNotPileUp() {
        for (int i = 0; i < 2_000; i++) {
            client.send(LOOK_UP);
            assertThat(codes(client.send(CLOSE, SUBSCRIBE))).as("round " + i).containsExactly(Performative.DETACH);
            assertThat(codes(removed())).as("round " + i).containsExactly(Performative.ATTACH);
            assertThat(codes(client.send(CLOSE))).as("round " + i).containsExactly(Performative.DETACH);
            removed();
        }
        assertThat(client.transport.sessions()).isZero();
    }
}
