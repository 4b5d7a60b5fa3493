package io.signalbox.gateway.mqtt.connect;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.gateway.mqtt.WireFixture;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Match;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What another Signalbox is told beyond MQTT, and nobody else (docs/mqtt.md, "Another Signalbox"). */
public class TransportPeerTest {
    /** PUBLISH of QoS 1 to {@code a}, packet identifier 1, no properties, empty. */
    private static final String PUBLISH = packet("32", text("a"), "0001", "00");

    private final WireFixture wire = new WireFixture();

    @AfterEach
    void close() {
        wire.close();
    }

    private static String user(String name, String value) {
        return "26" + text(name) + text(value);
    }

    /** CONNECT, MQTT 5, clean start, client id {@code c}. */
    private static String connect(String... userProperties) {
        return packet("10", "0004 4d515454 05 02 0000", properties(userProperties), "0001 63");
    }

    private void connectAsTransport(String... more) {
        assertThat(wire.send(connect(user("sb-transport", "1") + String.join("", more))))
                .contains(user("sb-transport", "1"))
                .contains(text("sb-features"));
    }

    @Test
    void anOrdinaryClientsPacketsAreAsTheyWere() {
        assertThat(wire.send(connect(user("other", "1")))).doesNotContain(text("sb-transport"));
        assertThat(wire.send(PUBLISH)).isEqualTo("40020001");
        wire.session()
                .subscriber
                .onDelivery(
                        1,
                        17,
                        Message.to(Topic.ofMqtt("a")).build(),
                        Match.plain(Guarantee.AT_LEAST_ONCE),
                        0,
                        false,
                        true);
        wire.session().subscriber.onTurnEnd();
        assertThat(wire.received()).isEqualTo(packet("33", text("a"), "0001", "00"));
    }

    @Test
    void aPublishIsAnsweredWithItsReceipt() {
        connectAsTransport();
        // PUBACK, success, one property
        assertThat(wire.send(PUBLISH)).isEqualTo(packet("40", "0001 00", properties(user("sb-receipt", "synced 1"))));
        assertThat(wire.send(PUBLISH)).isEqualTo(packet("40", "0001 00", properties(user("sb-receipt", "synced 2"))));
    }

    @Test
    void answersThatCameTogetherKeepTheirReceipts() {
        connectAsTransport();
        wire.transport.answering = false;
        wire.send(PUBLISH, packet("32", text("a"), "0002", "00"));
        wire.session().unanswered.removeLast().run();
        wire.session().unanswered.removeLast().run();
        assertThat(wire.received())
                .startsWith("40")
                .contains("0001 00".replace(" ", "") + properties(user("sb-receipt", "synced 2")))
                .contains("0002 00".replace(" ", "") + properties(user("sb-receipt", "synced 2")));
    }

    @Test
    void aRefusalIsNamedAsTheCatalogueHasIt() {
        connectAsTransport();
        wire.transport.refusal = new Refusal(ReasonCode.QUEUE_FULL, "full");
        // 0x97, the name, and the Reason String
        assertThat(wire.send(PUBLISH))
                .isEqualTo(packet("40", "0001 97", properties(user("sb-reason", "queue-full") + "1f" + text("full"))));
    }

    @Test
    void aDeliverySaysItsNumberAndWhetherItWasRetained() {
        connectAsTransport();
        Message message = Message.to(Topic.ofMqtt("a")).build();
        Match match = Match.plain(Guarantee.AT_LEAST_ONCE);
        wire.session().subscriber.onDelivery(1, 17, message, match, 0, false, false);
        wire.session().subscriber.onDelivery(2, 18, message, match, 0, false, true);
        wire.session().subscriber.onTurnEnd();
        assertThat(wire.received())
                .isEqualTo(packet("32", text("a"), "0001", properties(user("sb-delivery", "17")))
                        + packet("33", text("a"), "0002", properties(user("sb-delivery", "18 retained"))));
    }

    @Test
    void itsQueueIsBoundedWithinTheServersBounds() {
        SessionOptions all = options();
        SessionOptions less = options(
                user("sb-queue-messages-max", "5"),
                user("sb-queue-bytes-max", "1000"),
                user("sb-overflow", "dead-letter"));
        SessionOptions more = options(
                user("sb-queue-messages-max", "999999999999"), user("sb-queue-bytes-max", "999999999999999999"));
        assertThat(less.queueMessagesMax()).isEqualTo(5);
        assertThat(less.queueBytesMax()).isEqualTo(1_000);
        assertThat(less.overflow()).isEqualTo(OverflowPolicy.DEAD_LETTER);
        assertThat(more).isEqualTo(all);
        assertThat(all.overflow()).isEqualTo(OverflowPolicy.DROP_OLDEST);
    }

    private SessionOptions options(String... more) {
        wire.open();
        connectAsTransport(more);
        return wire.session().options;
    }

    @Test
    void nobodyElseChoosesBounds() {
        wire.send(connect(user("sb-queue-messages-max", "5")));
        assertThat(wire.session().options.queueMessagesMax()).isEqualTo(10_000);
    }

    /** Refusing publishes would stop all others, spilling fill the disk. */
    @ParameterizedTest
    @CsvSource({
        "sb-overflow,reject-publish",
        "sb-overflow,spill",
        "sb-queue-messages-max,-1",
        "sb-queue-bytes-max,9999999999999999999",
        "sb-queue-bytes-max,''"
    })
    void whatItMayNotChooseIsRefused(String name, String value) {
        assertThat(wire.send(connect(user("sb-transport", "1"), user(name, value))))
                .startsWith("20")
                .contains("0083"); // no session, Implementation specific error
        assertThat(wire.transport.sessions).isEmpty();
    }

    @Test
    void aVersionThatIsNotSpokenIsRefused() {
        assertThat(wire.send(connect(user("sb-transport", "2")))).contains("0083");
    }

    @Test
    void itsFiltersMayHaveTheirWildcardAnywhere() {
        String subscribe = packet("82", "0001 00", text("a/#/c"), "01");
        wire.send(connect());
        assertThat(wire.send(subscribe)).endsWith("8f");
        wire.open();
        connectAsTransport();
        assertThat(wire.send(subscribe)).endsWith("01");
        assertThat(wire.session().specs.getFirst().filter().text()).isEqualTo("a/#/c");
    }
}
