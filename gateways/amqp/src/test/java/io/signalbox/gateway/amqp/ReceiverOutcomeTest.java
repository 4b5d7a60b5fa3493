package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.Frames.list;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a receiver ends a delivery (3.4), and what the transport hears of it. */
class ReceiverOutcomeTest {
    private static final int CLOSE = 0x18;
    private static final String FAILED = "005327 c002 01 41";

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

    private static long count(List<Performative> all, int code) {
        return all.stream().filter(p -> p.code() == code).count();
    }

    /** Link {@code r}, handle 1, from {@code t}. */
    private static String attach(String moreOfTheSource, int sourceFields, String more, int fields) {
        String source = "005328" + list(sourceFields, "a10174" + moreOfTheSource);
        return Frames.amqp(0, "005312" + list(fields, "a10172 5201 41 40 40" + source + "00532945" + more));
    }

    /** By the receiver, of delivery 0. */
    private static String disposition(boolean settled, String state) {
        return Frames.amqp(0, "005315" + list(5, "41 43 40" + (settled ? "41" : "42") + state));
    }

    private void deliver(String attach) {
        client.send(attach, Frames.FLOW);
        assertThat(count(client.send(Frames.transfer(0)), Performative.TRANSFER))
                .isEqualTo(1);
    }

    static Stream<Arguments> outcomes() {
        String error = "00531d" + list(2, "a3076170703a626164 a1026e6f"); // app:bad, no
        String later = "c11c02 a314 782d6f70742d64656c69766572792d64656c6179 7000001388"; // x-opt-delivery-delay
        return Stream.of(
                Arguments.of("005324 45", Settlement.ACCEPTED),
                Arguments.of("005324 c00100", Settlement.ACCEPTED),
                Arguments.of("00 a312 616d71703a61636365707465643a6c697374 45", Settlement.ACCEPTED), // by its name
                Arguments.of("005326 45", Settlement.RELEASED),
                Arguments.of("005325 45", new Settlement.Rejected("the receiver rejected it")),
                Arguments.of("005325" + list(1, error), new Settlement.Rejected("app:bad: no")),
                Arguments.of(FAILED, new Settlement.Modified(Duration.ZERO, "the receiver says it failed")),
                Arguments.of(
                        "005327" + list(3, "41 42" + later),
                        new Settlement.Modified(Duration.ofSeconds(5), "the receiver says it failed")),
                Arguments.of("005327 45", new Settlement.Released(Duration.ZERO)),
                Arguments.of("005327" + list(3, "42 42" + later), new Settlement.Released(Duration.ofSeconds(5))),
                Arguments.of(
                        "005327" + list(2, "41 41"),
                        new Settlement.Rejected("the receiver says it is undeliverable here")),
                Arguments.of("40", Settlement.RELEASED), // without a word
                Arguments.of("005323" + list(2, "43 44"), Settlement.RELEASED)); // received so far
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void everyOutcomeHasItsMeaning(String state, Settlement settlement) {
        deliver(Frames.ATTACH_RECEIVER);
        List<Performative> answer = client.send(disposition(true, state));
        assertThat(client.transport.settlements).containsExactly(settlement);
        assertThat(count(answer, Performative.DISPOSITION)).as("it is settled").isZero();
    }

    @Test
    void whatIsReceivedSoFarOrOfNoStateIsStillUnderWay() {
        deliver(Frames.ATTACH_RECEIVER);
        client.send(disposition(false, "005323" + list(2, "43 44")), disposition(false, "40"));
        assertThat(client.transport.settlements).isEmpty();
        client.send(disposition(true, "00532445"));
        assertThat(client.transport.settlements).containsExactly(Settlement.ACCEPTED);
    }

    @Test
    void theDefaultOutcomeOfTheSourceHoldsForWhatIsSettledWithoutAWord() {
        deliver(attach("40 40 40 40 40 40 40" + FAILED, 9, "", 7));
        client.send(disposition(true, "40"));
        assertThat(client.transport.settlements)
                .containsExactly(new Settlement.Modified(Duration.ZERO, "the receiver says it failed"));
    }

    @Test
    void aMessageThatIsTooLargeForTheReceiverIsADeadLetterAndIsNotSent() {
        client.send(attach("", 1, "40 40 40 8000000000000000ff", 11), Frames.FLOW);
        assertThat(count(client.send(Frames.transfer(0)), Performative.TRANSFER))
                .isEqualTo(1);
        String large =
                Frames.amqp(0, "00 53 14 c0 09 05 43 5201 a00101 43 42", "00 53 75 b0 00000100" + "78".repeat(256));
        assertThat(count(client.send(large), Performative.TRANSFER)).isZero();
        assertThat(client.transport.settlements).singleElement().isInstanceOf(Settlement.Rejected.class);
        assertThat(client.transport.settled).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "41 a10130 40 41 00532445", // the first delivery is a text
                "41 43 a10130 41 00532445", // the last one is
                "41 43 40 41 5201", // the state is a number
                "41 43 40 41 00532945", // the state is a target
            })
    void dispositionsThatAreNoneEndTheConnection(String fields) {
        deliver(Frames.ATTACH_RECEIVER);
        assertThat(count(client.send(Frames.amqp(0, "005315" + list(5, fields))), CLOSE))
                .isEqualTo(1);
        assertThat(client.transport.settlements).isEmpty();
    }

    /** 4.4: there is no transaction here, so that no id of one is right. */
    @ParameterizedTest
    @CsvSource({"41, 34", "42, 34", "41, 33", "42, 33"})
    void anOutcomeWithinATransactionIsNeitherForgottenNorTakenForNone(String settled, String descriptor) {
        deliver(Frames.ATTACH_RECEIVER);
        String state = "0053" + descriptor + list(1, "a00101");
        List<Performative> answer = client.send(Frames.amqp(0, "005315" + list(5, "41 43 40" + settled + state)));
        assertThat(count(answer, CLOSE)).isEqualTo(1);
        assertThat(client.transport.settlements).isEmpty();
    }

    @Test
    void dispositionsOfASessionOrLinkThatIsGoneAreNothing() {
        deliver(Frames.ATTACH_RECEIVER);
        client.send(Frames.amqp(0, "00 53 16 c0 04 02 5201 41"), disposition(true, "00532445"));
        assertThat(client.transport.settlements).isEmpty();
        assertThat(client.channel.isOpen()).isTrue();
    }
}
