package io.signalbox.gateway.mqtt.publish;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.gateway.mqtt.WireFixture;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages from a client: MQTT 5, 3.3 and 4.3. */
public class InboundTest {
    private WireFixture wire = new WireFixture();

    @AfterEach
    void close() {
        wire.close();
    }

    /** Nobody may publish below {@code secret}; epoch 7 allows it. */
    private static final class Secretive implements Authorizer {
        long epoch;
        int asked;

        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            asked++;
            return !topic.text().startsWith("secret") || epoch == 7;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return true;
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return epoch;
        }
    }

    @Test
    void qos0IsPublishedWithoutAnAnswer() {
        wire.connect3();
        assertThat(wire.send(packet("31", text("a/b"), "6869"))).isEmpty();
        Message message = wire.transport.published.getFirst();
        assertThat(message.topic().text()).isEqualTo("a/b");
        assertThat(message.payloadText()).isEqualTo("hi");
        assertThat(message.retain()).isTrue();
        assertThat(message.guarantee().qos()).isZero();
        assertThat(message.properties()).isSameAs(MessageProperties.NONE);
    }

    @Test
    void aNumberInTheLogIsTheServersToSay() {
        wire.connect5();
        String forged = "26" + text("sb-sequence") + text("999");
        assertThat(wire.send(packet("30", text("t"), properties(forged, "26" + text("a") + text("1")))))
                .isEmpty();
        assertThat(wire.transport.published.getFirst().properties().headers()).isEqualTo(Headers.of("a", "1"));
    }

    @Test
    void qos1IsAcknowledgedWhenTheBrokerHasIt() {
        wire.connect3();
        wire.transport.answering = false;
        assertThat(wire.send(packet("32", text("a"), "0102", "00"))).isEmpty();
        wire.session().unanswered.removeFirst().run();
        assertThat(wire.received()).isEqualTo("40020102");
    }

    /** Anybody may name topics; memory is for those that are permitted. */
    @Test
    void onlyAPermittedTopicIsRemembered() {
        wire.close();
        Secretive secretive = new Secretive();
        wire = new WireFixture(MqttConfig.DEFAULT, secretive);
        wire.connect5();
        wire.send(packet("30", text("a"), "00").repeat(3));
        assertThat(secretive.asked).isOne();
        wire.send(packet("30", text("secret/a"), "00").repeat(3));
        assertThat(secretive.asked).isEqualTo(4);
    }

    @Test
    void whoIsHeldIsReadAgainWhenTheBrokerHasCaughtUp() {
        wire.connect3();
        wire.session().subscriber.onPublishingHeld(true);
        wire.send(packet("30", text("a"), "00"));
        assertThat(wire.transport.published).isEmpty();
        wire.session().subscriber.onPublishingHeld(false);
        assertThat(wire.transport.published).hasSize(1);
    }

    @Test
    void qos2IsReceivedReleasedAndCompleted() {
        wire.connect5();
        assertThat(wire.send(packet("34", text("a"), "0005", "00"))).isEqualTo("50020005");
        assertThat(wire.session().tags).containsExactly(5);
        // DUP: the same again, until it is released
        assertThat(wire.send(packet("3c", text("a"), "0005", "00"))).isEqualTo("50020005");
        assertThat(wire.transport.published).hasSize(1);
        assertThat(wire.send("6202 0005")).isEqualTo("70020005");
        assertThat(wire.session().tags).isEmpty();
        assertThat(wire.send("6202 0005")).as("unknown: 0x92").isEqualTo("7003000592");
    }

    @Test
    void aMillionDuplicatesOfOneQos2PublishHoldNothing() {
        wire.connect5();
        String one = packet("3c", text("a"), "0005", "00");
        byte[] thousand = WireFixture.bytes(one.repeat(1_000));
        int rounds = Integer.getInteger("signalbox.duplicates.thousands", 20);
        for (int i = 0; i < rounds; i++) {
            wire.send(thousand);
        }
        assertThat(wire.transport.published).hasSize(1);
        assertThat(wire.closed()).isFalse();
    }

    @Test
    void moreThanTheReceiveMaximumEndsTheConnection() {
        wire.close();
        wire = new WireFixture(MqttConfig.builder().receiveMaximum(2).build(), Authorizer.ALLOW_ALL);
        wire.connect5();
        wire.transport.answering = false;
        wire.send(packet("32", text("a"), "0001", "00"));
        wire.send(packet("34", text("a"), "0002", "00"));
        assertThat(wire.send(packet("32", text("a"), "0003", "00")))
                .startsWith("e0")
                .contains("93");
        assertThat(wire.closed()).isTrue();
    }

    @Test
    void aClientOf311IsSlowedDownInstead() {
        wire.close();
        wire = new WireFixture(MqttConfig.builder().receiveMaximum(2).build(), Authorizer.ALLOW_ALL);
        wire.connect3();
        wire.transport.answering = false;
        StringBuilder five = new StringBuilder();
        for (int i = 1; i <= 5; i++) {
            five.append(packet("32", text("a"), "000" + i));
        }
        wire.send(five.toString());
        assertThat(wire.transport.published).hasSize(3);
        assertThat(wire.channel.config().isAutoRead()).isFalse();
        wire.session().unanswered.forEach(Runnable::run);
        wire.session().unanswered.clear();
        assertThat(wire.received()).isEqualTo("400200014002000240020003");
        assertThat(wire.transport.published).hasSize(5);
        assertThat(wire.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void unacknowledgedBytesStopTheReading() {
        wire.close();
        wire = new WireFixture(MqttConfig.builder().outstandingBytesMax(100).build(), Authorizer.ALLOW_ALL);
        wire.connect5();
        wire.transport.answering = false;
        wire.send(packet("32", text("a"), "0001", "00", "00".repeat(101)));
        assertThat(wire.channel.config().isAutoRead()).isFalse();
        wire.session().unanswered.forEach(Runnable::run);
        wire.received();
        assertThat(wire.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void whatIsNotPermittedIsRefusedAndTheAnswerIsCachedByEpoch() {
        wire.close();
        Secretive secretive = new Secretive();
        wire = new WireFixture(MqttConfig.DEFAULT, secretive);
        wire.send("10 10 0004 4d515454 05 02 0000 02 17 00 0001 63"); // no reason strings wanted
        assertThat(wire.send(packet("32", text("secret/a"), "0001", "00"))).isEqualTo("4003000187");
        assertThat(wire.send(packet("34", text("secret/a"), "0002", "00"))).isEqualTo("5003000287");
        assertThat(wire.send(packet("30", text("secret/a"), "00"))).isEmpty();
        assertThat(wire.counters.value(MqttCounter.PUBLISH_NOT_AUTHORIZED)).isEqualTo(3);
        assertThat(wire.counters.value(MqttCounter.PUBLISH_DROPPED)).isOne();
        assertThat(wire.transport.published).isEmpty();
        secretive.epoch = 7;
        assertThat(wire.send(packet("32", text("secret/a"), "0003", "00"))).isEqualTo("40020003");
    }

    @Test
    void anAliasIsNoWayAroundThePermission() {
        wire.close();
        wire = new WireFixture(MqttConfig.DEFAULT, new Secretive());
        wire.connect5();
        wire.send(packet("30", text("secret/a"), properties("23 0001")));
        wire.send(packet("30", "0000", properties("23 0001")));
        assertThat(wire.transport.published).isEmpty();
    }

    @Test
    void aFullDiskIsToldToFiveAndClosesOlder() {
        wire.transport.refusal = new Refusal(ReasonCode.STORAGE_FULL, "no room");
        wire.connect5();
        String answer = wire.send(packet("32", text("a"), "0001", "00"));
        assertThat(answer).startsWith("40").contains("000197").contains("6e6f20726f6f6d"); // "no room"
        assertThat(wire.closed()).isFalse();
        wire.channel.close();
        wire.open();
        wire.connect3();
        assertThat(wire.send(packet("32", text("a"), "0001"))).as("no PUBACK").isEmpty();
        assertThat(wire.closed()).isTrue();
    }

    @Test
    void aTopicAliasStandsForItsTopic() {
        wire.connect5();
        wire.send(packet("30", text("long/topic"), properties("23 0003")));
        wire.send(packet("30", "0000", properties("23 0003")));
        assertThat(wire.transport.published).hasSize(2);
        assertThat(wire.transport.published.getLast().topic().text()).isEqualTo("long/topic");
        assertThat(wire.send(packet("30", "0000", properties("23 0004"))))
                .startsWith("e0")
                .contains("82");
    }

    @Test
    void anAliasBeyondTheMaximumIsInvalid() {
        wire.connect5();
        assertThat(wire.send(packet("30", text("t"), properties("23 ffff"))))
                .startsWith("e0")
                .contains("94");
        wire.open();
        wire.connect5();
        assertThat(wire.send(packet("30", text("t"), properties("23 0000"))))
                .startsWith("e0")
                .contains("94");
    }

    @Test
    void emptyAndWildcardTopicsAreRefused() {
        for (String topic : new String[] {"", "a/+", "#"}) {
            wire.open();
            wire.connect5();
            assertThat(wire.send(packet("30", text(topic), "00"))).as(topic).startsWith("e0");
        }
        assertThat(wire.transport.published).isEmpty();
        assertThat(wire.counters.value(MqttCounter.INTERNAL_ERRORS)).isZero();
    }

    @Test
    void levelsAreBoundedAndThousandsOfThemHarmNobody() {
        for (int slashes : new int[] {127, 128, 200, 1_000, 65_534}) {
            wire.open();
            wire.connect5();
            wire.send(packet("30", text("/".repeat(slashes)), "00"));
            assertThat(wire.closed()).as(slashes + " slashes").isEqualTo(slashes > 127);
        }
        assertThat(wire.transport.published).hasSize(1);
    }

    @Test
    void allPropertiesOfAMessageArrive() {
        wire.connect5();
        wire.send(packet(
                "32",
                text("t"),
                "0001",
                properties(
                        "01 01",
                        "02 00000009",
                        "03" + text("text/plain"),
                        "08" + text("reply/c"),
                        "09 0003 010203",
                        "26" + text("b") + text("1"),
                        "26" + text("sb-priority") + text("9"),
                        "26" + text("a") + text("2"),
                        "26" + text("b") + text("3"),
                        "26" + text("sb-idempotency-key") + text("k1"),
                        "26" + text("sb-ordering-key") + text("o1"),
                        "26" + text("traceparent") + text("00-1-2-01")),
                "6869"));
        Message message = wire.transport.published.getFirst();
        MessageProperties p = message.properties();
        assertThat(message.ttlMillis()).isEqualTo(9_000);
        assertThat(message.timestampMillis()).isEqualTo(wire.nowMillis);
        assertThat(message.priority()).isEqualTo(9);
        assertThat(p.utf8Payload()).isTrue();
        assertThat(p.contentType()).isEqualTo("text/plain");
        assertThat(p.replyTo()).isEqualTo("reply/c");
        assertThat(p.correlation()).containsExactly(1, 2, 3);
        assertThat(p.idempotencyKey()).isEqualTo("k1");
        assertThat(p.orderingKey()).isEqualTo("o1");
        assertThat(p.traceparent()).isEqualTo("00-1-2-01");
        assertThat(p.headers()).hasToString("[b, 1, a, 2, b, 3]");
    }

    @Test
    void aMessageSaysWhenItWasMadeUnlessItExpires() {
        wire.connect5();
        String made = "26" + text("sb-timestamp") + text("1767225600123");
        wire.send(packet("32", text("t"), "0001", properties(made), "6869"));
        wire.send(packet("32", text("t"), "0002", properties("02 00000009", made), "6869"));
        assertThat(wire.transport.published)
                .extracting(Message::timestampMillis)
                .containsExactly(1767225600123L, wire.nowMillis);
        assertThat(wire.transport.published.getFirst().properties().headers().isEmpty())
                .isTrue();
    }

    @Test
    void aTimeThatIsNoneIsRefusedWithItsReason() {
        wire.connect5();
        for (String time : new String[] {"-1", "yesterday", "2026-01-01T00:00:00Z", "99999999999999999999"}) {
            assertThat(wire.send(packet("32", text("t"), "0001", properties("26" + text("sb-timestamp") + text(time)))))
                    .startsWith("40")
                    .contains("000183");
        }
        assertThat(wire.transport.published).isEmpty();
    }

    @Test
    void aBadPriorityIsRefusedWithItsReason() {
        wire.connect5();
        String answer = wire.send(packet("32", text("t"), "0001", properties("26" + text("sb-priority") + text("10"))));
        assertThat(answer).startsWith("40").contains("000183");
        assertThat(wire.transport.published).isEmpty();
        assertThat(wire.closed()).isFalse();
    }

    @Test
    void aDoubledOrForeignPropertyEndsTheConnection() {
        wire.connect5();
        assertThat(wire.send(packet("30", text("t"), properties("01 01 01 01"))))
                .startsWith("e0")
                .contains("82");
        wire.open();
        wire.connect5();
        assertThat(wire.send(packet("30", text("t"), properties("11 00000001"))))
                .startsWith("e0")
                .contains("81");
        wire.open();
        wire.connect5();
        assertThat(wire.send(packet("30", text("t"), properties("0b 01"))))
                .startsWith("e0")
                .contains("82");
    }

    @Test
    void packetIdentifierZeroIsAProtocolError() {
        wire.connect5();
        assertThat(wire.send(packet("32", text("t"), "0000", "00")))
                .startsWith("e0")
                .contains("82");
    }

    @Test
    void aRefusalDoesNotOvertakeTheAcknowledgementsBeforeIt() {
        try (WireFixture one = new WireFixture(MqttConfig.DEFAULT, new Secretive())) {
            one.connect5();
            one.transport.answering = false;
            assertThat(one.send(
                            packet("32", text("a"), "0001", "00", "78"), packet("32", text("secret"), "0002", "00")))
                    .isEmpty();
            one.session().unanswered.forEach(Runnable::run);
            assertThat(one.received()).startsWith("40020001").contains("0002" + "87");
        }
    }

    @Test
    void anIdIsFreeAgainWhenItsMessageIsNoLongerPermitted() {
        wire.close();
        Secretive secretive = new Secretive();
        secretive.epoch = 7;
        wire = new WireFixture(MqttConfig.DEFAULT, secretive);
        wire.connect5();
        assertThat(wire.send(packet("34", text("secret"), "0005", "00"))).isEqualTo("50020005");
        secretive.epoch = 8;
        assertThat(wire.send(packet("3c", text("secret"), "0005", "00")))
                .startsWith("50")
                .contains("000587");
        assertThat(wire.send(packet("34", text("open"), "0005", "00"))).isEqualTo("50020005");
        assertThat(wire.transport.published).hasSize(2);
    }

    @Test
    void a311PublishThatIsNotPermittedIsAcknowledgedAndDropped() {
        try (WireFixture one = new WireFixture(MqttConfig.DEFAULT, new Secretive())) {
            one.connect3();
            assertThat(one.send(packet("32", text("secret"), "0001"), packet("34", text("secret"), "0002")))
                    .isEqualTo("40020001" + "50020002");
            assertThat(one.send("62020002")).isEqualTo("70020002");
            assertThat(one.transport.published).isEmpty();
        }
    }
}
