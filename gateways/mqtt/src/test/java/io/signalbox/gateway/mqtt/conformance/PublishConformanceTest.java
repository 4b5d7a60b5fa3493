package io.signalbox.gateway.mqtt.conformance;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.mqtt.GatewayFixture;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a PUBLISH on its way through the embedded broker: MQTT 5, 3.3 and 4.3 to 4.7. */
class PublishConformanceTest {
    @TempDir
    static Path directory;

    private static final AtomicLong EXTRA_MILLIS = new AtomicLong();
    private static GatewayFixture server;

    /** {@code $}-topics too. */
    private static final Authorizer EVERYTHING = new Authorizer() {
        @Override
        public boolean mayPublish(Principal principal, Topic name) {
            return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return true;
        }

        @Override
        public boolean mayReceive(Principal principal, Topic name) {
            return true;
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return 0;
        }
    };

    /** Of this test alone, and no level of another's. */
    private final String topic = UUID.randomUUID().toString().substring(0, 8);

    private RawClient publisher;
    private RawClient subscriber;

    @BeforeAll
    static void start() {
        TimeSource clock = TimeSource.monotonic();
        server = new GatewayFixture(
                directory,
                MqttConfig.DEFAULT,
                GatewayFixture.EVERYBODY,
                EVERYTHING,
                () -> clock.millis() + EXTRA_MILLIS.get());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        publisher = RawClient.five(server.port, "pub-" + topic);
        subscriber = RawClient.five(server.port, "sub-" + topic);
    }

    @AfterEach
    void disconnect() {
        publisher.close();
        subscriber.close();
    }

    @ParameterizedTest
    @CsvSource({"0,0,30", "0,2,30", "1,0,30", "1,1,32", "1,2,32", "2,0,30", "2,1,32", "2,2,34"})
    void aDeliveryHasTheLowerOfBothQualities(int published, int granted, String first) {
        subscriber.subscribe(topic, "0" + granted, "0" + granted);
        publisher.publish(topic, published, false, "01");
        assertThat(subscriber.next()).startsWith(first).endsWith("01");
    }

    @Test
    void overlappingSubscriptionsBringOneCopyWithTheHighestQualityAndAllIdentifiers() {
        subscriber.send(packet("82", "0001", properties("0b 01"), text(topic + "/#"), "01"));
        subscriber.expect(packet("90", "0001", "00", "01"));
        subscriber.send(packet("82", "0002", properties("0b 02"), text(topic + "/a"), "02"));
        subscriber.expect(packet("90", "0002", "00", "02"));
        subscriber.send(packet("82", "0003", "00", text(topic + "/+"), "00"));
        subscriber.expect(packet("90", "0003", "00", "00"));
        publisher.publish(topic + "/a", 2, false, "77");
        String publish = subscriber.next();
        assertThat(publish).startsWith("34").endsWith("77");
        assertThat(publish).containsAnyOf("040b010b0277", "040b020b0177");
        subscriber.expectNothing();
    }

    @Test
    void allIdentifiersComeThoughOneFilterAndOneTopicIsRetained() {
        publisher.publish(topic, 0, true, "77");
        subscriber.send(packet("82", "0001", properties("0b ff7f"), text(topic), "00"));
        subscriber.expect(packet("90", "0001", "00", "00"), subscriber.published("31", topic, "", "77", "0b ff7f"));
    }

    @Test
    void aSubscribeAgainReplacesTheOneBefore() {
        publisher.publish(topic, 0, true, "77");
        subscriber.send(packet("82", "0001", properties("0b 01"), text(topic), "00"));
        subscriber.expect(packet("90", "0001", "00", "00"), subscriber.published("31", topic, "", "77", "0b 01"));
        subscriber.send(packet("82", "0002", properties("0b 02"), text(topic), "01"));
        // retain handling 0: sent again
        subscriber.expect(packet("90", "0002", "00", "01"), subscriber.published("31", topic, "", "77", "0b 02"));
        publisher.publish(topic, 1, false, "78");
        assertThat(subscriber.next()).startsWith("32").endsWith("020b0278");
        subscriber.expectNothing();
    }

    @Test
    void retainHandlingSaysWhetherRetainedMessagesAreSent() {
        publisher.publish(topic, 0, true, "77");
        subscriber.subscribe(topic, "20", "00"); // 2: never
        subscriber.expectNothing();
        subscriber.send(packet("a2", "0001", "00", text(topic)));
        subscriber.expect("b004" + "0001" + "00" + "00");
        subscriber.subscribe(topic, "10", "00"); // 1: if the subscription is new
        subscriber.expect(subscriber.published("31", topic, "", "77"));
        subscriber.subscribe(topic, "10", "00");
        subscriber.expectNothing();
        subscriber.subscribe(topic, "00", "00"); // 0: always
        subscriber.expect(subscriber.published("31", topic, "", "77"));
    }

    @Test
    void theRetainFlagGoesOnOnlyWhereItIsToBeAsPublished() {
        subscriber.subscribe(topic, "00", "00");
        try (RawClient asPublished = RawClient.five(server.port, "rap-" + topic)) {
            asPublished.subscribe(topic, "08", "00");
            publisher.publish(topic, 0, true, "77");
            publisher.publish(topic, 0, false, "78");
            subscriber.expect(subscriber.published("30", topic, "", "77"), subscriber.published("30", topic, "", "78"));
            asPublished.expect(
                    subscriber.published("31", topic, "", "77"), subscriber.published("30", topic, "", "78"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLastRetainedMessageIsKeptUntilAnEmptyOneRemovesIt(boolean five) {
        try (RawClient client = five
                        ? RawClient.five(server.port, "x-" + topic)
                        : RawClient.three(server.port, "x-" + topic, true, false);
                RawClient other = RawClient.five(server.port, "y-" + topic)) {
            client.publish(topic, 1, true, "01");
            client.publish(topic, 2, true, "02");
            client.publish(topic, 1, false, "03"); // replaces nothing
            client.subscribe(topic, "00", "00");
            client.expect(client.published("31", topic, "", "02"));
            other.publish(topic, 1, true, ""); // reaches those who are subscribed as any message does
            client.expect(client.published("30", topic, "", ""));
            client.subscribe(topic, "00", "00");
            client.expectNothing();
        }
    }

    @Test
    void whatDescribesAMessageGoesOnUnaltered() {
        subscriber.subscribe(topic, "00", "00");
        String[] described = {
            "01 01",
            "03" + text("text/plain; charset=utf-8"),
            "08" + text("answers/to/\uFEFF/me"),
            "09 0004 00ff0001",
            "26" + text("b") + text("2"),
            "26" + text("a") + text("1"),
            "26" + text("b") + text(""),
            "26" + text("") + text("2")
        };
        publisher.send(packet("30", text(topic), properties(described), "c3bc"));
        subscriber.expect(subscriber.published("30", topic, "", "c3bc", described));
    }

    @Test
    void theTimeThatAMessageWaitedIsTakenFromItsExpiry() {
        try (RawClient away = RawClient.five(server.port, "away-" + topic, true, false, "11 00000e10")) {
            away.subscribe(topic, "01", "01");
            away.send("e000");
        }
        // What is on its way to it when it goes comes again, marked as such.
        server.awaitGone("away-" + topic);
        publisher.send(packet("32", text(topic), "0001", properties("02 0000003c"), "01"));
        publisher.expect("40020001");
        publisher.send(packet("32", text(topic), "0002", properties("02 00000005"), "02"));
        publisher.expect("40020002");
        publisher.send(packet("31", text(topic), properties("02 00000005"), "03"));
        publisher.expectNothing();
        EXTRA_MILLIS.addAndGet(20_000);
        try (RawClient back = RawClient.five(server.port, "away-" + topic, false, true, "11 00000e10")) {
            String publish = back.next();
            assertThat(publish).startsWith("32").endsWith("01");
            int seconds = Integer.parseInt(publish.substring(publish.length() - 10, publish.length() - 2), 16);
            assertThat(seconds).isBetween(30, 40);
            assertThat(publish.substring(publish.length() - 14, publish.length() - 10))
                    .isEqualTo("0502");
            back.expectNothing();
            back.subscribe(topic, "00", "00");
            back.expectNothing(); // the retained one is over, too
        }
    }

    @Test
    void noLocalKeepsAClientsOwnMessagesFromIt() {
        subscriber.subscribe(topic, "04", "00");
        subscriber.publish(topic, 1, false, "01");
        publisher.publish(topic, 1, false, "02");
        subscriber.expect(subscriber.published("30", topic, "", "02"));
    }

    @Test
    void dupOnTheWayInIsNoDupOnTheWayOut() {
        subscriber.subscribe(topic, "01", "01");
        publisher.send(packet("3a", text(topic), "0001", "00", "01"));
        publisher.expect("40020001");
        assertThat(subscriber.next()).startsWith("32").endsWith("01");
    }

    @Test
    void aPublishUnderAnAcknowledgedIdIsANewMessage() {
        subscriber.subscribe(topic, "00", "00");
        for (String header : new String[] {"32", "3a"}) {
            publisher.send(packet(header, text(topic), "0001", "00", "01"));
            publisher.expect("40020001");
            subscriber.expect(subscriber.published("30", topic, "", "01"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, A/b, false",
        "a/b, a/b/, false",
        "/a, +/a, true",
        "/a, +, false",
        "/a, /+, true",
        "a, a/#, true",
        "a/, a/#, true",
        "a/b/c, a/#, true",
        "a/b/c, #, true",
        "a/b/c, a/+/c, true",
        "a/b/c, a/+, false",
        "a//c, a/+/c, true",
        "a/b, +/+, true",
        "a b/c, a b/c, true",
        "$x/a, #, false",
        "$x/a, +/a, false",
        "$x/a, $x/#, true",
        "$x/a, $x/+, true",
        "a/$x, #, true",
        "\u00e9, e\u0301, false",
        "\uFEFFa, a, false",
        "\uFEFFa, \uFEFFa, true"
    })
    void filtersMatchLevelByLevelAndCharacterByCharacter(String name, String filter, boolean matches) {
        String root = name.startsWith("$") || filter.startsWith("#") || filter.startsWith("+") ? "" : topic + "/";
        subscriber.subscribe(root + filter, "20", "00"); // nothing of other tests' retained messages
        publisher.publish(root + name, 1, false, "01");
        publisher.publish(root + name, 0, false, "02");
        if (matches) {
            subscriber.expect(
                    subscriber.published("30", root + name, "", "01"),
                    subscriber.published("30", root + name, "", "02"));
        }
        subscriber.expectNothing();
    }

    @Test
    void anAliasEndsWithItsConnection() {
        publisher.send(packet("30", text(topic), properties("23 0001"), "01"));
        publisher.expectNothing();
        publisher.close();
        try (RawClient again = RawClient.five(server.port, "pub-" + topic)) {
            again.send(packet("30", text(""), properties("23 0001"), "01"));
            again.expectEnd("82");
        }
    }

    @Test
    void everyAliasUpToTheMaximumIsAccepted() {
        subscriber.subscribe(topic + "/#", "00", "00");
        for (int i = 1; i <= 128; i++) {
            publisher.send(packet("30", text(topic + "/" + i), properties("23" + String.format("%04x", i)), "01"));
        }
        for (int i = 1; i <= 128; i++) {
            publisher.send(packet("30", text(""), properties("23" + String.format("%04x", i)), "02"));
        }
        for (String payload : new String[] {"01", "02"}) {
            for (int i = 1; i <= 128; i++) {
                subscriber.expect(subscriber.published("30", topic + "/" + i, "", payload));
            }
        }
    }

    @Test
    void oneMemberOfAGroupGetsEachMessageWithinItsQuality() {
        try (RawClient other = RawClient.five(server.port, "other-" + topic)) {
            subscriber.subscribe("$share/g/" + topic, "00", "00");
            other.subscribe("$share/g/" + topic, "01", "01");
            for (int i = 0; i < 20; i++) {
                publisher.publish(topic, 1, false, "01");
            }
            subscriber.send("c000");
            other.send("c000");
            int mine = 0;
            int theirs = 0;
            String packet;
            while (!(packet = subscriber.next()).equals("d000")) {
                assertThat(packet).startsWith("30");
                mine++;
            }
            while (!(packet = other.next()).equals("d000")) {
                assertThat(packet).startsWith("32");
                theirs++;
            }
            assertThat(mine).isPositive();
            assertThat(theirs).isPositive();
            assertThat(mine + theirs).isEqualTo(20);
        }
    }

    @Test
    void whatAMemberRefusesIsNotSentToAnother() {
        try (RawClient other = RawClient.five(server.port, "other-" + topic)) {
            subscriber.subscribe("$share/g/" + topic, "01", "01");
            publisher.publish(topic, 1, false, "01");
            String publish = subscriber.next();
            other.subscribe("$share/g/" + topic, "01", "01");
            int at = 4 + text(topic).length();
            subscriber.send("4003", publish.substring(at, at + 4), "80");
            subscriber.expectNothing();
            other.expectNothing();
        }
    }

    @Test
    void anExactlyOnceDeliveryOfAGroupIsCompletedWithTheMemberItBeganWith() {
        String id = "member-" + topic;
        String keep = "11 00000e10";
        try (RawClient other = RawClient.five(server.port, "other-" + topic)) {
            String publish;
            try (RawClient member = RawClient.five(server.port, id, false, false, keep)) {
                member.subscribe("$share/g/" + topic, "02", "02");
                publisher.publish(topic, 2, false, "01");
                publish = member.next();
                other.subscribe("$share/g/" + topic, "02", "02");
            }
            other.expectNothing();
            try (RawClient member = RawClient.five(server.port, id, false, true, keep)) {
                assertThat(publish).startsWith("34");
                member.expect("3c" + publish.substring(2));
                other.expectNothing();
            }
        }
    }

    @Test
    void anExactlyOnceDeliveryOfAGroupEndsWithItsMembersSession() {
        try (RawClient other = RawClient.five(server.port, "other-" + topic)) {
            try (RawClient member = RawClient.five(server.port, "member-" + topic)) {
                member.subscribe("$share/g/" + topic, "02", "02");
                publisher.publish(topic, 2, false, "01");
                assertThat(member.next()).startsWith("34");
                other.subscribe("$share/g/" + topic, "02", "02");
            }
            other.expectNothing();
        }
    }

    @Test
    void unsubscribeEndsWhatIsNewAndCompletesWhatIsUnderWay() {
        subscriber.subscribe(topic + "/+", "02", "02");
        publisher.publish(topic + "/a", 2, false, "01");
        String publish = subscriber.next();
        assertThat(publish).startsWith("34");
        subscriber.send(packet("a2", "0001", "00", text(topic + "/a"), text(topic + "/#"), text(topic + "/+")));
        subscriber.expect(packet("b0", "0001", "00", "11", "11", "00"));
        publisher.publish(topic + "/a", 2, false, "02");
        int at = 4 + text(topic + "/a").length();
        String id = publish.substring(at, at + 4);
        subscriber.send("5002", id);
        subscriber.expect("6202" + id);
        subscriber.send("7002", id);
        subscriber.expectNothing();
    }

    @Test
    void manyFiltersInOnePacketGetOneAnswerInTheirOrder() {
        String[] filters = {topic, topic + "/#", "a/#/b", "$share/g/" + topic, topic};
        subscriber.send(packet(
                "82",
                "0001",
                "00",
                text(filters[0]),
                "00",
                text(filters[1]),
                "02",
                text(filters[2]),
                "01",
                text(filters[3]),
                "01",
                text(filters[4]),
                "01"));
        String suback = subscriber.next();
        assertThat(suback).startsWith("90").endsWith("00" + "02" + "8f" + "01" + "01");
    }

    @Test
    void messagesOfAPublisherStayInOrder() {
        subscriber.subscribe(topic, "01", "01");
        StringBuilder many = new StringBuilder();
        for (int i = 1; i <= 200; i++) {
            many.append(packet("32", text(topic), String.format("%04x", i), "00", String.format("%02x", i)));
        }
        publisher.send(many.toString());
        for (int i = 1; i <= 200; i++) {
            publisher.expect("4002" + String.format("%04x", i));
            assertThat(subscriber.next()).startsWith("32").endsWith(String.format("%02x", i));
        }
    }

    @Test
    void whatWasSentOnceDoesNotExpire() {
        try (RawClient away = RawClient.five(server.port, "away-" + topic, true, false, "11 00000e10")) {
            away.subscribe(topic, "02", "02");
            publisher.send(packet("34", text(topic), "0001", properties("02 0000000a"), "01"));
            publisher.expect("50020001");
            assertThat(away.next()).startsWith("34").endsWith("01");
            EXTRA_MILLIS.addAndGet(20_000);
            // the handshake goes on where it stood
            publisher.send("62020001");
            publisher.expect("70020001");
            away.breakOff();
        }
        server.awaitGone("away-" + topic);
        try (RawClient back = RawClient.five(server.port, "away-" + topic, false, true, "11 00000e10")) {
            assertThat(back.next()).startsWith("3c").endsWith("01");
        }
    }

    @Test
    void acknowledgementsOfAReceiverThatRefusesAreTheEndOfIt() {
        try (RawClient away = RawClient.five(server.port, "away-" + topic, true, false, "11 00000e10")) {
            away.subscribe(topic, "02", "02");
            for (int qos = 1; qos <= 2; qos++) {
                publisher.publish(topic, qos, false, "01");
                String publish = away.next();
                int at = 4 + text(topic).length();
                away.send(qos == 1 ? "4003" : "5003", publish.substring(at, at + 4), "83");
                away.expectNothing();
            }
            away.breakOff();
        }
        server.awaitGone("away-" + topic);
        try (RawClient back = RawClient.five(server.port, "away-" + topic, false, true, "11 00000e10")) {
            back.expectNothing();
        }
    }

    @Test
    void retainedMessagesOutliveTheSessionOfTheirPublisher() {
        publisher.publish(topic, 1, true, "01");
        publisher.send("e000");
        server.awaitGone("pub-" + topic);
        subscriber.subscribe(topic, "00", "00");
        subscriber.expect(subscriber.published("31", topic, "", "01"));
    }
}
