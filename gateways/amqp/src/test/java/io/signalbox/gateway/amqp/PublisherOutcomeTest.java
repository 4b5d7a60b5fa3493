package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a publisher hears of its messages (3.4), and what becomes of queues that nobody seems to have. */
class PublisherOutcomeTest {
    private static final String ACCEPTED = "005324";
    private static final String REJECTED = "005325";

    /** As {@link Frames#ATTACH_SENDER}, to {@code queue://t}. */
    private static final String ATTACH_TO_QUEUE =
            Frames.amqp(0, "00 53 12 c0 20 0a a1016c 43 42 40 40 00532845 005329c00c01a10971756575653a2f2f74 40 40 43");

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

    /** @return the dispositions that come back, as hexadecimal text */
    private List<String> heard(String frame) {
        return client.send(frame).stream()
                .filter(p -> p.code() == Performative.DISPOSITION)
                .map(p -> HexFormat.of().formatHex(p.frame()))
                .toList();
    }

    private static String preSettled(int deliveryId) {
        String id = HexFormat.of().toHexDigits((byte) deliveryId);
        return Frames.amqp(0, "00 53 14 c0 09 05 43 52" + id + " a001" + id + " 43 41", "00 53 75 a0 02 6869");
    }

    private long queueMade() {
        return client.transport.opened.stream().filter("queue:t"::equals).count();
    }

    @ParameterizedTest
    @CsvSource({
        "BUSY, 005326", // released: send it again
        "SHUTTING_DOWN, 005326",
        "CLOSED, 005326",
        "QUEUE_FULL, 005325", // rejected
        "STORAGE_FULL, 005325",
        "NOT_AUTHORIZED, 005325",
        "INTERNAL, 005325",
    })
    void whatMayGoWellLaterIsReleasedAndWhatWillNotIsRejected(ReasonCode reason, String state) {
        client.send(Frames.ATTACH_SENDER);
        client.transport.refusal = new Refusal(reason, "for a reason");
        assertThat(heard(Frames.transfer(0))).singleElement().asString().contains(state);
        client.transport.refusal = null;
        assertThat(heard(Frames.transfer(1))).singleElement().asString().contains(ACCEPTED);
    }

    @Test
    void whatNobodyIsSubscribedToIsAccepted() {
        client.send(Frames.ATTACH_SENDER);
        client.transport.outcome = Receipt.Outcome.NO_SUBSCRIBERS;
        assertThat(heard(Frames.transfer(0))).singleElement().asString().contains(ACCEPTED);
    }

    /** Message 0, of transaction 1. */
    private static String ofATransaction(boolean settled) {
        return Frames.amqp(
                0,
                "00 53 14 c0 13 08 43 43 a00100 43" + (settled ? "41" : "42") + "42 40 00 53 34 c0 04 01 a00101",
                "00 53 75 a0 02 6869");
    }

    @Test
    void aMessageOfATransactionIsRejected() {
        client.send(Frames.ATTACH_SENDER);
        assertThat(heard(ofATransaction(false))).singleElement().asString().contains(REJECTED);
    }

    @Test
    void oneThatCannotBeRejectedEndsItsLink() {
        client.send(Frames.ATTACH_SENDER);
        assertThat(client.send(ofATransaction(true))).anyMatch(p -> p.code() == Performative.DETACH);
    }

    @Test
    void aQueueThatIsGoneRejectsWhatItDoesNotKeepAndIsMadeAgain() {
        client.send(ATTACH_TO_QUEUE);
        assertThat(queueMade()).isEqualTo(1);
        client.transport.outcome = Receipt.Outcome.NO_SUBSCRIBERS;
        assertThat(heard(Frames.transfer(0))).singleElement().asString().contains(REJECTED);
        client.transport.outcome = Receipt.Outcome.ROUTED;
        assertThat(heard(Frames.transfer(1))).singleElement().asString().contains(ACCEPTED);
        assertThat(heard(Frames.transfer(2))).hasSize(1);
        assertThat(queueMade()).as("once more, for the next message").isEqualTo(2);
    }

    /** At most once, a queue whose consumers are away need not take anything. */
    @Test
    void aMessageThatMayBeLostSaysNothingOfItsQueue() {
        client.send(ATTACH_TO_QUEUE);
        client.transport.outcome = Receipt.Outcome.NO_SUBSCRIBERS;
        client.send(preSettled(0), preSettled(1), preSettled(2));
        assertThat(queueMade()).isEqualTo(1);
        assertThat(client.counters.value(AmqpCounter.PUBLISH_DROPPED)).isZero();
    }

    @Test
    void whatATransportOnlyGuessesIsAcceptedAndTheQueueIsMadeSureOf() {
        client.transport.exact = false;
        client.send(ATTACH_TO_QUEUE);
        client.transport.outcome = Receipt.Outcome.NO_SUBSCRIBERS;
        assertThat(heard(Frames.transfer(0)))
                .as("it may be in the queue: sent again, it would come twice")
                .singleElement()
                .asString()
                .contains(ACCEPTED);
        client.transport.outcome = Receipt.Outcome.ROUTED;
        assertThat(heard(Frames.transfer(1))).singleElement().asString().contains(ACCEPTED);
        assertThat(queueMade()).isEqualTo(2);
    }
}
