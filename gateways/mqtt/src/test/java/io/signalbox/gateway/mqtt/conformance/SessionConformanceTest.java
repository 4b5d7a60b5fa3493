package io.signalbox.gateway.mqtt.conformance;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.mqtt.GatewayFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions on the wire, in front of the embedded broker: MQTT 5, 3.1.2.4, 3.1.4, 4.1, 4.4 and 4.9. */
class SessionConformanceTest {
    @TempDir
    static Path directory;

    private static GatewayFixture server;

    @BeforeAll
    static void start() {
        server = new GatewayFixture(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String unique() {
        return "c" + UUID.randomUUID().toString().substring(0, 8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionIsResumedUnlessACleanOneIsAskedFor(boolean five) {
        String id = unique();
        try (RawClient first = RawClient.connect(server.port, five, id, false, false)) {
            first.subscribe(id, "01", "01");
            first.send("e000");
        }
        server.awaitGone(id);
        try (RawClient publisher = RawClient.five(server.port, unique())) {
            publisher.publish(id, 1, false, "01");
        }
        try (RawClient second = RawClient.connect(server.port, five, id, false, true)) {
            assertThat(second.next()).startsWith("32").endsWith("01");
            second.send("e000");
        }
        server.awaitGone(id);
        try (RawClient third = RawClient.connect(server.port, five, id, true, false)) {
            third.expectNothing();
        }
    }

    @Test
    void aSessionWithoutExpiryEndsWithItsConnection() {
        String id = unique();
        try (RawClient first = RawClient.five(server.port, id, false, false)) {
            first.subscribe(id, "01", "01");
        }
        server.awaitGone(id);
        RawClient.five(server.port, id, false, false).close();
    }

    @Test
    void anExpiryOfZeroInDisconnectEndsTheSession() {
        String id = unique();
        try (RawClient first = RawClient.five(server.port, id, false, false, "11 00000e10")) {
            first.send("e0 07 00 05 11 00000000");
        }
        server.awaitGone(id);
        RawClient.five(server.port, id, false, false, "11 00000e10").close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasNotAcknowledgedIsSentAgainUnderItsIdInItsOrder(boolean five) {
        String id = unique();
        List<String> sent = new ArrayList<>();
        try (RawClient publisher = RawClient.five(server.port, unique());
                RawClient first = RawClient.connect(server.port, five, id, false, false)) {
            first.subscribe(id, "02", "02");
            for (int i = 1; i <= 6; i++) {
                publisher.publish(id, i % 2 == 0 ? 2 : 1, false, "0" + i);
            }
            for (int i = 1; i <= 6; i++) {
                sent.add(first.next());
            }
            assertThat(sent).allMatch(each -> each.startsWith("32") || each.startsWith("34"));
            first.breakOff();
        }
        server.awaitGone(id);
        try (RawClient second = RawClient.connect(server.port, five, id, false, true)) {
            List<String> again = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                again.add(second.next());
            }
            assertThat(again)
                    .containsExactlyInAnyOrderElementsOf(sent.stream()
                            .map(each -> (each.startsWith("32") ? "3a" : "3c") + each.substring(2))
                            .toList());
            assertThat(again)
                    .filteredOn(each -> each.startsWith("3a"))
                    .extracting(RawClientText::payload)
                    .containsExactly("01", "03", "05");
            assertThat(again)
                    .filteredOn(each -> each.startsWith("3c"))
                    .extracting(RawClientText::payload)
                    .containsExactly("02", "04", "06");
            second.expectNothing();
        }
    }

    /** What a PUBLISH ends with. */
    private static final class RawClientText {
        static String payload(String packet) {
            return packet.substring(packet.length() - 2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasReceivedIsReleasedAgainAndNotSentAgain(boolean five) {
        String id = unique();
        String packetId;
        try (RawClient publisher = RawClient.five(server.port, unique());
                RawClient first = RawClient.connect(server.port, five, id, false, false)) {
            first.subscribe(id, "02", "02");
            publisher.publish(id, 2, false, "07");
            String publish = first.next();
            int at = 4 + text(id).length();
            packetId = publish.substring(at, at + 4);
            first.send("5002", packetId);
            first.expect("6202" + packetId);
            first.breakOff();
        }
        server.awaitGone(id);
        try (RawClient second = RawClient.connect(server.port, five, id, false, true)) {
            second.expect("6202" + packetId);
            second.send("7002", packetId);
            second.expectNothing();
            second.breakOff();
        }
        server.awaitGone(id);
        try (RawClient third = RawClient.connect(server.port, five, id, false, true)) {
            third.expectNothing();
        }
    }

    @Test
    void whatIsSentAgainKeepsToTheReceiveMaximumOfTheNewConnection() {
        String id = unique();
        try (RawClient publisher = RawClient.five(server.port, unique());
                RawClient first = RawClient.five(server.port, id, false, false, "11 00000e10")) {
            first.subscribe(id, "01", "01");
            for (int i = 1; i <= 6; i++) {
                publisher.publish(id, 1, false, "0" + i);
            }
            for (int i = 1; i <= 6; i++) {
                assertThat(first.next()).startsWith("32");
            }
            first.breakOff();
        }
        server.awaitGone(id);
        try (RawClient second = RawClient.five(server.port, id, false, true, "11 00000e10", "21 0002")) {
            for (int i = 1; i <= 6; i += 2) {
                String one = second.next();
                String two = second.next();
                assertThat(one).startsWith("3a").endsWith("0" + i);
                assertThat(two).startsWith("3a").endsWith("0" + (i + 1));
                second.expectNothing();
                int at = 4 + text(id).length();
                second.send("4002", one.substring(at, at + 4), "4002", two.substring(at, at + 4));
            }
            second.expectNothing();
        }
    }

    @Test
    void noMoreThanTheReceiveMaximumIsUnderWayButAnythingElseIs() {
        String id = unique();
        try (RawClient publisher = RawClient.five(server.port, unique());
                RawClient subscriber = RawClient.five(server.port, id, true, false, "21 0001")) {
            subscriber.subscribe(id, "02", "02");
            for (int i = 1; i <= 3; i++) {
                publisher.publish(id, 1, false, "0" + i);
            }
            publisher.publish(id, 0, false, "00");
            String first = subscriber.next();
            assertThat(first).startsWith("32").endsWith("01");
            subscriber.expect(subscriber.published("30", id, "", "00"));
            subscriber.expectNothing();
            int at = 4 + text(id).length();
            subscriber.send("4002", first.substring(at, at + 4));
            assertThat(subscriber.next()).startsWith("32").endsWith("02");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anIdThatWasNotReleasedIsNoNewMessageOnTheNextConnectionEither(boolean five) {
        String id = unique();
        try (RawClient subscriber = RawClient.five(server.port, unique())) {
            subscriber.subscribe(id, "02", "02");
            String none = five ? "00" : "";
            try (RawClient first = RawClient.connect(server.port, five, id, false, false)) {
                first.send(packet("34", text(id), "0011", none, "01"));
                first.expect("50020011");
                first.breakOff();
            }
            server.awaitGone(id);
            try (RawClient second = RawClient.connect(server.port, five, id, false, true)) {
                second.send(packet("3c", text(id), "0011", none, "01"));
                second.expect("50020011");
                second.send("62020011");
                second.expect("70020011");
                // the id is free: a new message, whatever DUP says
                second.send(packet("3c", text(id), "0011", none, "02"));
                second.expect("50020011");
            }
            assertThat(subscriber.next()).startsWith("34").endsWith("01");
            assertThat(subscriber.next()).startsWith("34").endsWith("02");
            subscriber.expectNothing();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondConnectionOfAClientEndsTheFirstAndGoesOnWithItsSession(boolean five) {
        String id = unique();
        try (RawClient first = RawClient.connect(server.port, five, id, false, false)) {
            first.subscribe(id, "01", "01");
            try (RawClient second = RawClient.connect(server.port, five, id, false, true);
                    RawClient publisher = RawClient.five(server.port, unique())) {
                first.expectEnd("8e");
                publisher.publish(id, 1, false, "01");
                assertThat(second.next()).startsWith("32").endsWith("01");
            }
        }
    }

    @Test
    void assignedClientIdentifiersAreAllDifferent() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (RawClient client = RawClient.open(server.port, true)) {
                client.send(packet("10", "0004 4d515454 05 00 0000 00", text("")));
                String connack = client.next();
                assertThat(connack).contains("12002961"); // property, 41 characters, "a..."
                ids.add(connack.substring(connack.indexOf("120029")));
            }
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReceivedIsReleasedInThatOrder(boolean five) {
        String id = unique();
        try (RawClient publisher = RawClient.five(server.port, unique());
                RawClient subscriber = RawClient.connect(server.port, five, id, false, false)) {
            subscriber.subscribe(id, "02", "02");
            List<String> ids = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                publisher.publish(id, 2, false, "0" + i);
                String publish = subscriber.next();
                int at = 4 + text(id).length();
                ids.add(publish.substring(at, at + 4));
            }
            for (String each : ids.reversed()) {
                subscriber.send("5002" + each);
            }
            for (String each : ids.reversed()) {
                subscriber.expect("6202" + each);
            }
        }
    }

    @Test
    void theFiltersOfASessionAreBoundedInLength() {
        try (RawClient client = RawClient.five(server.port, unique())) {
            // 1,280,000 characters: 10,000 subscriptions of 128 on the average
            String filter = "f".repeat(60_000);
            for (int i = 10; i < 31; i++) {
                client.subscribe(filter + i, "00", "00");
            }
            client.send(packet("82", "0001", "00", text(filter + "31"), "00"));
            assertThat(client.next()).startsWith("90").endsWith("97");
            client.send(packet("a2", "0002", "00", text(filter + "10")));
            client.expect(packet("b0", "0002", "00", "00"));
            client.subscribe(filter + "31", "00", "00");
            client.subscribe(filter + "31", "01", "01");
        }
    }
}
