package io.signalbox.gateway.mqtt.deliver;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.mqtt.WireFixture;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Match;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages to a client: MQTT 5, 3.3 and 4.3. */
public class OutboundTest {
    private final WireFixture wire = new WireFixture();

    @AfterEach
    void close() {
        wire.close();
    }

    private static Message message(Guarantee guarantee) {
        return Message.to(Topic.ofMqtt("a/b"))
                .payload("hi")
                .guarantee(guarantee)
                .build();
    }

    @Test
    void theFormIsTheSameForTheFirstTheSecondAndTheThirdReceiver() {
        wire.connect3();
        Message message = message(Guarantee.AT_MOST_ONCE);
        for (int i = 0; i < 3; i++) {
            wire.session().deliver(0, message, Guarantee.EXACTLY_ONCE);
            assertThat(wire.received()).isEqualTo(packet("30", text("a/b"), "6869"));
        }
        wire.session().deliver(9, message(Guarantee.AT_LEAST_ONCE), Guarantee.EXACTLY_ONCE);
        assertThat(wire.received()).isEqualTo(packet("32", text("a/b"), "0009", "6869"));
    }

    /** There may be a million of them, and each subscriber to all would leave something with each. */
    @Test
    void nothingIsLeftWithARetainedMessage() {
        wire.connect5();
        Message plain = message(Guarantee.AT_MOST_ONCE).toBuilder().retain(true).build();
        Message described = plain.toBuilder()
                .properties(MessageProperties.builder().contentType("t").build())
                .build();
        Match match = Match.plain(Guarantee.AT_MOST_ONCE);
        for (int i = 0; i < 3; i++) {
            wire.session().subscriber.onDelivery(0, plain, match, 0, false, true);
            wire.session().subscriber.onDelivery(0, described, match, 0, false, true);
            wire.session().subscriber.onTurnEnd();
            assertThat(wire.received())
                    .isEqualTo(packet("31", text("a/b"), "00", "6869")
                            + packet("31", text("a/b"), properties("03", text("t")), "6869"));
        }
        assertThat(plain.encodedForm()).isNull();
        assertThat(described.encodedForm()).isNull();
    }

    @Test
    void aTurnLeavesInOneWrite() {
        wire.connect3();
        for (int i = 0; i < 10; i++) {
            wire.session()
                    .subscriber
                    .onDelivery(
                            0, message(Guarantee.AT_MOST_ONCE), Match.plain(Guarantee.AT_MOST_ONCE), 0, false, false);
        }
        assertThat(wire.received()).isEmpty();
        wire.session().subscriber.onTurnEnd();
        assertThat(wire.channel.outboundMessages()).hasSize(1);
        assertThat(wire.received()).isEqualTo(packet("30", text("a/b"), "6869").repeat(10));
    }

    @Test
    void qos1IsSettledByItsAcknowledgement() {
        wire.connect5();
        wire.session().deliver(7, message(Guarantee.AT_LEAST_ONCE), Guarantee.AT_LEAST_ONCE);
        assertThat(wire.received()).isEqualTo(packet("32", text("a/b"), "0007", "00", "6869"));
        wire.send("4002 0007");
        wire.session().deliver(8, message(Guarantee.AT_LEAST_ONCE), Guarantee.AT_LEAST_ONCE);
        wire.received();
        wire.send("4003 0008 83");
        assertThat(wire.session().settled).containsExactly("7 Accepted", "8 Rejected");
    }

    @Test
    void qos2GoesThroughItsFourSteps() {
        wire.connect5();
        wire.session().deliver(7, message(Guarantee.EXACTLY_ONCE), Guarantee.EXACTLY_ONCE);
        assertThat(wire.received()).isEqualTo(packet("34", text("a/b"), "0007", "00", "6869"));
        assertThat(wire.send("5002 0007")).isEqualTo("62020007");
        wire.send("7002 0007");
        assertThat(wire.session().settled).containsExactly("7 received", "7 Accepted");
        assertThat(wire.send("5002 0007")).as("no longer known").isEqualTo("6203000792");
    }

    @Test
    void qos2MayNotBeEndedByPuback() {
        wire.connect5();
        wire.session().deliver(7, message(Guarantee.EXACTLY_ONCE), Guarantee.EXACTLY_ONCE);
        wire.received();
        assertThat(wire.send("4002 0007")).startsWith("e0").contains("82");
        assertThat(wire.session().settled).isEmpty();
    }

    @Test
    void flagsSayDuplicateAndRetained() {
        wire.connect3();
        Message kept = message(Guarantee.AT_LEAST_ONCE).toBuilder().retain(true).build();
        Match plain = Match.plain(Guarantee.AT_LEAST_ONCE);
        Match asPublished = new Match(Guarantee.AT_LEAST_ONCE, true, new int[0]);
        wire.session().subscriber.onDelivery(1, kept, plain, 0, true, false);
        wire.session().subscriber.onDelivery(2, kept, plain, 0, false, true);
        wire.session().subscriber.onDelivery(3, kept, asPublished, 0, false, false);
        wire.session().subscriber.onTurnEnd();
        String rest = text("a/b");
        assertThat(wire.received())
                .isEqualTo(packet("3a", rest, "0001", "6869")
                        + packet("33", rest, "0002", "6869")
                        + packet("33", rest, "0003", "6869"));
    }

    @Test
    void subscriptionIdentifiersAndTheRestOfTheLifeTimeAreTold() {
        wire.connect5();
        Message mortal = message(Guarantee.AT_MOST_ONCE).toBuilder()
                .timestampMillis(wire.nowMillis)
                .ttlMillis(10_000)
                .build();
        wire.nowMillis += 3_400;
        wire.session()
                .subscriber
                .onDelivery(0, mortal, new Match(Guarantee.AT_MOST_ONCE, false, new int[] {1, 300}), 0, false, false);
        wire.session().subscriber.onTurnEnd();
        assertThat(wire.received())
                .isEqualTo(packet("30", text("a/b"), properties("02 00000007", "0b 01", "0b ac02"), "6869"));
    }

    @Test
    void whoAsksForItIsToldTheNumberOfEachMessageInTheLog() {
        String asking =
                packet("10", "0004 4d515454 05 02 0000", properties("26", text("sb-sequence"), text("1")), text("c"));
        Message once = message(Guarantee.AT_MOST_ONCE);
        Match match = Match.plain(Guarantee.AT_MOST_ONCE);
        for (String connect : List.of(asking, WireFixture.CONNECT_5)) {
            wire.open();
            wire.send(connect);
            wire.session().subscriber.onDelivery(0, 4_711, once, match, 0, false, false);
            wire.session().subscriber.onDelivery(0, 0, once, match, 0, false, false);
            wire.session().subscriber.onDelivery(0, 4_712, once, match, 0, false, true);
            wire.session().subscriber.onTurnEnd();
            String none = packet("30", text("a/b"), "00", "6869");
            assertThat(wire.received())
                    .isEqualTo((connect.equals(asking)
                                    ? packet(
                                            "30",
                                            text("a/b"),
                                            properties("26", text("sb-sequence"), text("4711")),
                                            "6869")
                                    : none)
                            + none
                            + packet("31", text("a/b"), "00", "6869"));
        }
    }

    /** Other protocols pass the name on, and so did earlier servers, whose log may have it. */
    @Test
    void whatThePublisherCalledItsNumberIsNotPassedOn() {
        wire.connect5();
        Message forging = message(Guarantee.AT_MOST_ONCE).toBuilder()
                .properties(MessageProperties.builder()
                        .headers(Headers.of("sb-sequence", "999", "a", "1"))
                        .build())
                .build();
        wire.session().deliver(0, forging, Guarantee.AT_MOST_ONCE);
        assertThat(wire.received())
                .isEqualTo(packet("30", text("a/b"), properties("26" + text("a") + text("1")), "6869"));
    }

    @Test
    void whatCameInGoesOutAgain() {
        wire.connect5();
        Message full = message(Guarantee.AT_MOST_ONCE).toBuilder()
                .priority(7)
                .properties(MessageProperties.builder()
                        .utf8Payload(true)
                        .contentType("text/plain")
                        .replyTo("r")
                        .correlation(new byte[] {1})
                        .headers(Headers.of("b", "1", "a", "2", "b", "3"))
                        .orderingKey("o")
                        .build())
                .build();
        String expected = packet(
                "30",
                text("a/b"),
                properties(
                        "01 01",
                        "03" + text("text/plain"),
                        "08" + text("r"),
                        "09 0001 01",
                        "26" + text("b") + text("1"),
                        "26" + text("a") + text("2"),
                        "26" + text("b") + text("3"),
                        "26" + text("sb-priority") + text("7"),
                        "26" + text("sb-ordering-key") + text("o")),
                "6869");
        for (int i = 0; i < 2; i++) {
            wire.session().deliver(0, full, Guarantee.AT_MOST_ONCE);
            assertThat(wire.received()).isEqualTo(expected);
        }
        wire.open();
        wire.connect3();
        wire.session().deliver(0, full, Guarantee.AT_MOST_ONCE);
        assertThat(wire.received()).as("3.1.1 has no properties").isEqualTo(packet("30", text("a/b"), "6869"));
    }

    @Test
    void aMessageThatHasItsTimeAloneTellsIt() {
        wire.connect5();
        Message dated = message(Guarantee.AT_MOST_ONCE).toBuilder()
                .timestampMillis(1767225600123L)
                .build();
        for (int i = 0; i < 2; i++) {
            wire.session().deliver(0, dated, Guarantee.AT_MOST_ONCE);
            assertThat(wire.received())
                    .isEqualTo(packet(
                            "30",
                            text("a/b"),
                            properties("26" + text("sb-timestamp") + text("1767225600123")),
                            "6869"));
        }
    }

    @Test
    void aMessageTooLargeForItsReceiverIsNotSent() {
        wire.send(packet("10", "0004 4d515454 05 02 0000", properties("27 00000014"), text("c"))); // at most 20 bytes
        Message large = message(Guarantee.AT_LEAST_ONCE).toBuilder()
                .payload("12345678901234567890")
                .build();
        wire.session().deliver(1, large, Guarantee.AT_LEAST_ONCE);
        wire.session().deliver(2, message(Guarantee.AT_LEAST_ONCE), Guarantee.AT_LEAST_ONCE);
        assertThat(wire.received()).isEqualTo(packet("32", text("a/b"), "0002", "00", "6869"));
        assertThat(wire.session().settled).containsExactly("1 Rejected");
        assertThat(wire.counters.value(MqttCounter.DELIVERY_TOO_LARGE)).isOne();
    }

    @Test
    void aTopicIsSentOnceToAClientThatTakesAliases() {
        wire.send(packet("10", "0004 4d515454 05 02 0000", properties("22 0001"), text("c")));
        Message one = Message.to(Topic.ofMqtt("long/topic/one"))
                .guarantee(Guarantee.AT_MOST_ONCE)
                .build();
        Message two = Message.to(Topic.ofMqtt("long/topic/two"))
                .guarantee(Guarantee.AT_MOST_ONCE)
                .build();
        wire.session().deliver(0, one, Guarantee.AT_MOST_ONCE);
        assertThat(wire.received()).isEqualTo(packet("30", text("long/topic/one"), properties("23 0001")));
        wire.session().deliver(0, one, Guarantee.AT_MOST_ONCE);
        assertThat(wire.received()).isEqualTo(packet("30", "0000", properties("23 0001")));
        // two wears down the holder, one use at a time, and takes over
        wire.session().deliver(0, two, Guarantee.AT_MOST_ONCE);
        assertThat(wire.received()).isEqualTo(packet("30", text("long/topic/two"), "00"));
        wire.session().deliver(0, two, Guarantee.AT_MOST_ONCE);
        assertThat(wire.received()).isEqualTo(packet("30", text("long/topic/two"), properties("23 0001")));
        wire.session().deliver(0, one, Guarantee.AT_MOST_ONCE);
        assertThat(wire.received()).startsWith("30").contains(text("long/topic/one"));
    }

    /** Everything is allowed until it is revoked. */
    private static final class Revocable implements Authorizer {
        boolean revoked;

        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return !revoked;
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return !revoked;
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return revoked ? 1 : 0;
        }
    }

    @Test
    void whoLostTheRightCannotSubscribe() {
        Revocable rights = new Revocable();
        try (WireFixture one = new WireFixture(MqttConfig.DEFAULT, rights)) {
            one.connect5();
            rights.revoked = true;
            assertThat(one.send(packet("82", "0001", "00", text("$share/g/a"), "01")))
                    .startsWith("90")
                    .endsWith("87");
        }
    }

    @Test
    void aMessageThatJustFitsIsSentThoughAnAliasWouldNotFit() {
        // 20 bytes: header 2, topic 2 + 4, properties 1, payload 11; an alias takes 3 more
        wire.send(packet("10", "0004 4d515454 05 02 0000", properties("27 00000014", "22 0005"), text("c")));
        Message message = Message.to(Topic.ofMqtt("abcd"))
                .payload("12345678901")
                .guarantee(Guarantee.AT_MOST_ONCE)
                .build();
        for (int i = 0; i < 3; i++) {
            wire.session().deliver(0, message, Guarantee.AT_MOST_ONCE);
            assertThat(wire.received()).isEqualTo(packet("30", text("abcd"), "00", "3132333435363738393031"));
        }
        assertThat(wire.counters.value(MqttCounter.DELIVERY_TOO_LARGE)).isZero();
    }

    @Test
    void aNegativePubrecIsNotReleased() {
        wire.connect5();
        assertThat(wire.send("5003 0009 80")).as("unknown").isEmpty();
        wire.session().deliver(7, message(Guarantee.EXACTLY_ONCE), Guarantee.EXACTLY_ONCE);
        wire.received();
        assertThat(wire.send("5003 0007 80")).isEmpty();
        assertThat(wire.session().settled).containsExactly("7 Rejected");
    }

    @Test
    void pubcompBeforePubrelIsAProtocolError() {
        wire.connect5();
        wire.session().deliver(7, message(Guarantee.EXACTLY_ONCE), Guarantee.EXACTLY_ONCE);
        wire.received();
        assertThat(wire.send("7002 0007")).startsWith("e0").contains("82");
        assertThat(wire.session().settled).isEmpty();
    }
}
