package io.signalbox.gateway.mqtt.connect;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.gateway.mqtt.WireFixture;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONNECT, CONNACK, DISCONNECT, keep alive, wills: MQTT 5, 3.1, 3.2, 3.14. */
public class ConnectTest {
    private static final String FIVE = "0004 4d515454 05";
    private WireFixture wire = new WireFixture();

    @AfterEach
    void close() {
        wire.close();
    }

    private void limits(MqttConfig config) {
        wire.close();
        wire = new WireFixture(config, Authorizer.ALLOW_ALL);
    }

    @Test
    void theServerTellsItsLimits() {
        // receive maximum 1024, maximum packet size 1 MiB, topic alias maximum 128
        assertThat(wire.send(WireFixture.CONNECT_5))
                .isEqualTo(packet("20", "00 00", properties("21 0400", "27 00100000", "22 0080")));
    }

    @Test
    void anEmptyClientIdIsAssigned() {
        String answer = wire.send(packet("10", FIVE, "02 0000 00", text("")));
        assertThat(answer).startsWith("20").contains("12" + text(wire.session().name()));
        assertThat(wire.session().name()).startsWith("auto-");
        wire.open();
        assertThat(wire.send(packet("10", "0004 4d515454 04 00 0000", text(""))))
                .isEqualTo("20020002");
        wire.open();
        assertThat(wire.send(packet("10", "0004 4d515454 04 02 0000", text(""))))
                .isEqualTo("20020000");
    }

    @Test
    void namesOfSessionsThatBelongToNoClientAreRefused() {
        for (String reserved : new String[] {"queue:jobs", "amqp:c:l", "amqp-shared:ann:audit"}) {
            assertThat(wire.send(packet("10", FIVE, "02 0000 00", text(reserved))))
                    .as(reserved)
                    .startsWith("20")
                    .contains("0085");
            wire.open();
        }
    }

    @Test
    void otherVersionsAndNames() {
        assertThat(wire.send(packet("10", text("MQIsdp"), "03 02 0000", text("c"))))
                .isEqualTo("20020001");
        wire.open();
        assertThat(wire.send(packet("10", "0004 4d515454 06 02 0000 00", text("c"))))
                .startsWith("20")
                .contains("0084");
        wire.open();
        assertThat(wire.send(packet("10", text("HTTP"), "04 02 0000", text("c"))))
                .isEmpty();
        assertThat(wire.closed()).isTrue();
        assertThat(wire.transport.sessions).isEmpty();
    }

    @Test
    void enhancedAuthenticationIsRefusedWithItsCode() {
        String answer = wire.send(packet("10", FIVE, "02 0000", properties("15" + text("SCRAM-SHA-1")), text("c")));
        assertThat(answer).startsWith("20").contains("008c");
        wire.open();
        assertThat(wire.send(packet("10", FIVE, "02 0000", properties("16 0000"), text("c"))))
                .contains("0082");
        wire.open();
        wire.connect5();
        assertThat(wire.send("f000")).startsWith("e0").contains("82");
    }

    @Test
    void doubledZeroAndForeignPropertiesAreRefusedInTheConnack() {
        String[] lists = {"21 0000", "27 00000000", "17 02", "19 02", "21 0001 21 0001", "01 01"};
        String[] codes = {"82", "82", "82", "82", "82", "81"};
        for (int i = 0; i < lists.length; i++) {
            wire.open();
            assertThat(wire.send(packet("10", FIVE, "02 0000", properties(lists[i]), text("c"))))
                    .as(lists[i])
                    .startsWith("20")
                    .contains("00" + codes[i]);
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void reservedAndContradictoryFlagsAreRefused() {
        for (String flags : new String[] {"03", "0a", "22", "1e"}) {
            wire.open();
            assertThat(wire.send(packet("10", FIVE, flags, "0000 00", text("c"), "00", text("t"), text("m"))))
                    .as(flags)
                    .contains("0081");
        }
        wire.open();
        wire.send(packet("10", "0004 4d515454 04 42 0000", text("c"), text("password alone")));
        assertThat(wire.closed()).isTrue();
        assertThat(wire.transport.sessions).isEmpty();
    }

    @Test
    void theSessionsLifeIsWhatWasAskedUpToTheLimit() {
        limits(MqttConfig.builder().sessionExpiryMaxSeconds(100).build());
        String answer = wire.send(packet("10", FIVE, "02 0000", properties("11 ffffffff"), text("c")));
        assertThat(answer).contains("1100000064");
        assertThat(wire.session().options.expiry()).isEqualTo(Duration.ofSeconds(100));
        limits(MqttConfig.DEFAULT);
        wire.send(packet("10", "0004 4d515454 04 00 0000", text("c")));
        assertThat(wire.session().options.expiry()).isEqualTo(SessionOptions.NEVER);
        wire.open();
        wire.connect3();
        assertThat(wire.session().options.expiry()).isEqualTo(Duration.ZERO);
    }

    @Test
    void disconnectMayChangeTheExpiryButNotFromZero() {
        wire.send(packet("10", FIVE, "02 0000", properties("11 00000064"), text("c")));
        wire.send(packet("e0", "00", properties("11 00000005")));
        assertThat(wire.session().expiry).isEqualTo(Duration.ofSeconds(5));
        assertThat(wire.session().detachedClean).isTrue();
        wire.open();
        wire.connect5();
        assertThat(wire.send(packet("e0", "00", properties("11 00000005"))))
                .startsWith("e0")
                .contains("82");
    }

    @Test
    void silenceForOneAndAHalfKeepAlivesEndsTheConnection() {
        wire.send(packet("10", FIVE, "02 000a 00", text("c")));
        wire.advanceSeconds(14);
        assertThat(wire.closed()).isFalse();
        assertThat(wire.send("c000")).isEqualTo("d000");
        wire.advanceSeconds(14);
        assertThat(wire.closed()).isFalse();
        wire.advanceSeconds(2);
        assertThat(wire.received()).startsWith("e0").contains("8d");
        assertThat(wire.session().detachedClean).isFalse();
    }

    @Test
    void aServerThatStoodStillGivesItsClientsAMomentToBeHeard() {
        wire.send(packet("10", FIVE, "02 000a 00", text("c")));
        wire.standStillSeconds(60);
        assertThat(wire.closed()).isFalse();
        assertThat(wire.send("c000")).isEqualTo("d000");
        wire.standStillSeconds(60);
        assertThat(wire.closed()).isFalse();
        wire.advanceSeconds(2);
        assertThat(wire.received()).startsWith("e0").contains("8d");
    }

    @Test
    void theServerMayCapTheKeepAlive() {
        limits(MqttConfig.builder().keepAliveMaxSeconds(60).build());
        assertThat(wire.send(packet("10", FIVE, "02 0000 00", text("c")))).contains("13003c");
    }

    @Test
    void whoSaysNothingIsCutOff() {
        wire.send("10");
        wire.advanceSeconds(9);
        assertThat(wire.closed()).isFalse();
        wire.advanceSeconds(2);
        assertThat(wire.closed()).isTrue();
        assertThat(wire.counters.value(MqttCounter.ENDED_CONNECT_TIMEOUT)).isOne();
    }

    @Test
    void anonymousClientsCanBeRefused() {
        limits(MqttConfig.builder().anonymous(false).build());
        assertThat(wire.send(WireFixture.CONNECT_3)).isEqualTo("20020005");
        wire.open();
        assertThat(wire.send(WireFixture.CONNECT_5)).contains("0087");
        wire.open();
        assertThat(wire.send(packet("10", "0004 4d515454 04 82 0000", text("c"), text("bob"))))
                .isEqualTo("20020000");
    }

    @Test
    void aTakeoverIsToldAndDetachesNothing() {
        wire.connect5();
        wire.session().subscriber.onDetached(Subscriber.DetachReason.TAKEN_OVER);
        assertThat(wire.received()).startsWith("e0").contains("8e");
        assertThat(wire.session().detachedClean).isNull();
        assertThat(wire.counters.value(MqttCounter.CONNECTED)).isZero();
    }

    @Test
    void anotherUserMayNotTakeAClientIdThatIsHere() {
        wire.send(packet("10", FIVE, "82 0000 00", text("c"), text("alice")));
        wire.open();
        assertThat(wire.send(packet("10", FIVE, "82 0000 00", text("c"), text("mallory"))))
                .contains("0087");
        wire.open();
        assertThat(wire.send(packet("10", FIVE, "82 0000 00", text("c"), text("alice"))))
                .startsWith("20")
                .contains("0000");
    }

    @Test
    void responseInformationIsGivenOnRequest() {
        assertThat(wire.send(packet("10", FIVE, "02 0000", properties("19 01"), text("c"))))
                .contains("1a" + text("reply/c/"));
    }

    /** CONNECT with a will of that delay to topic w, and a session of that life. */
    private String withWill(int delaySeconds, int expirySeconds) {
        return packet(
                "10",
                FIVE,
                "06 0000",
                properties("11" + String.format("%08x", expirySeconds)),
                text("c"),
                properties("18" + String.format("%08x", delaySeconds), "02 00000009"),
                text("w"),
                text("gone"));
    }

    @Test
    void aWillIsPublishedWhenTheConnectionBreaksAndNotAfterGoodbye() {
        wire.send(withWill(0, 0));
        wire.channel.close();
        assertThat(wire.transport.published).hasSize(1);
        assertThat(wire.transport.published.getFirst().timestampMillis()).isEqualTo(wire.nowMillis);
        wire.open();
        wire.send(withWill(0, 0));
        wire.send("e000");
        assertThat(wire.transport.published).hasSize(1);
        wire.open();
        wire.send(withWill(0, 0));
        wire.send("e00104"); // disconnect with will message
        assertThat(wire.transport.published).hasSize(2);
    }

    /** Epoll reads all that a client has sent as soon as it has gone, also behind a packet that still waits. */
    @Test
    void whoGoesBeforeASubscribeIsAnsweredHasSaidGoodbyeAndAcknowledgedWhatItDid() {
        wire.send(withWill(0, 0));
        wire.session().deliver(7, Message.to(Topic.ofMqtt("t")).build(), Guarantee.AT_LEAST_ONCE);
        wire.transport.subscribing = new CompletableFuture<>();
        wire.send(packet("82", "0001", "00", text("t"), "01"), "40020007", "e000");
        assertThat(wire.session().settled).isEmpty();
        wire.channel.close();
        assertThat(wire.session().settled).containsExactly("7 Accepted");
        assertThat(wire.session().detachedClean).isTrue();
        assertThat(wire.transport.published).as("its will").isEmpty();
    }

    @Test
    void aNewSessionPublishesTheDelayedWillOfTheOldOne() {
        wire.send(withWill(100, 1_000));
        wire.channel.close();
        assertThat(wire.transport.published).isEmpty();
        wire.open();
        wire.connect5(); // the fake never resumes
        assertThat(wire.transport.published).hasSize(1);
    }

    @Test
    void willsWithBadTopicsAreRefusedWithTheConnect() {
        for (String topic : new String[] {"", "a/#", "+", "/".repeat(200)}) {
            wire.open();
            assertThat(wire.send(packet("10", FIVE, "06 0000 00", text("c"), "00", text(topic), text("m"))))
                    .as(topic)
                    .startsWith("20")
                    .contains("0090");
        }
        assertThat(wire.transport.sessions).isEmpty();
    }

    @Test
    void manyRefusedConnectsLeaveNothingBehind() {
        wire.channel.close();
        for (int i = 0; i < Integer.getInteger("signalbox.refused.connects", 2_000); i++) {
            wire.open();
            wire.send(packet(
                    "10", FIVE, "06 0000 00", text("c"), properties("18 00000001 18 00000001"), text("t"), text("m")));
            assertThat(wire.closed()).isTrue();
        }
        assertThat(wire.hall.all()).isEmpty();
        assertThat(wire.hall.wills().count()).isZero();
    }

    @Test
    void responseInformationForAnEndlessClientIdIsLeftOut() {
        assertThat(wire.send(packet("10", FIVE, "02 0000", properties("19 01"), text("x".repeat(65_530)))))
                .isEqualTo(packet("20", "00 00", properties("21 0400", "27 00100000", "22 0080")));
    }

    @Test
    void aWillWithABadPriorityHasNoBadTopic() {
        assertThat(wire.send(packet(
                        "10",
                        FIVE,
                        "06 0000 00",
                        text("c"),
                        properties("26" + text("sb-priority") + text("x")),
                        text("t"),
                        text("m"))))
                .startsWith("20")
                .contains("0083");
    }

    @Test
    void aRetainedWillIsRefusedWhereNothingIsRetained() {
        wire.transport.features = EnumSet.complementOf(EnumSet.of(Capabilities.Feature.RETAINED));
        assertThat(wire.send(packet("10", FIVE, "26 0000 00", text("c"), "00", text("t"), text("m"))))
                .startsWith("20")
                .contains("009a");
        wire.open();
        assertThat(wire.send(WireFixture.CONNECT_5)).contains("2500");
    }

    @Test
    void aServerThatStopsSaysSoWithACodeThatConnackHas() {
        wire.hall.startClosing();
        assertThat(wire.send(WireFixture.CONNECT_5)).startsWith("20").contains("0088");
    }

    @Test
    void nothingFollowsADisconnect() {
        wire.connect5();
        Subscriber subscriber = wire.session().subscriber;
        subscriber.onDetached(Subscriber.DetachReason.TAKEN_OVER);
        wire.session().deliver(0, Message.to(Topic.ofMqtt("late")).payload("x").build(), Guarantee.AT_MOST_ONCE);
        assertThat(wire.received()).startsWith("e0").doesNotContain(text("late"));
        assertThat(wire.counters.value(MqttCounter.PUBLISH_OUT)).isZero();
    }

    @Test
    void aCapOnTheExpiryDoesNotMakeALaterOneAnError() {
        limits(MqttConfig.builder().sessionExpiryMaxSeconds(0).build());
        wire.send(packet("10", FIVE, "02 0000", properties("11 00000064"), text("c")));
        assertThat(wire.send(packet("e0", "00", properties("11 00000005")))).isEmpty();
        assertThat(wire.session().expiry).isEqualTo(Duration.ZERO);
    }

    @Test
    void theFieldsOfThePayloadAreThoseThatTheFlagsAnnounce() {
        String[] wrong = {
            packet("10", FIVE, "82 0000 00", text("c")), // user name announced
            packet("10", FIVE, "02 0000 00", text("c"), text("u")), // and not announced
            packet("10", FIVE, "42 0000 00", text("c")), // password announced
            packet("10", FIVE, "82 0000 00", text("c"), text("u"), text("p")), // and not announced
            packet("10", FIVE, "06 0000 00", text("c")), // will announced
            packet("10", FIVE, "06 0000 00", text("c"), "00", text("w")), // without its payload
            packet("10", FIVE, "02 0000 00", text("c"), "00", text("w"), text("m")), // and not announced
            packet("10", FIVE, "02 0000 00"), // no client identifier
        };
        for (String connect : wrong) {
            wire.open();
            assertThat(wire.send(connect)).as(connect).startsWith("20").contains("0081");
            assertThat(wire.closed()).isTrue();
        }
        assertThat(wire.transport.sessions).isEmpty();
    }

    @Test
    void a311ConnectWithOtherFieldsThanAnnouncedIsClosedWithoutAConnack() {
        String four = "0004 4d515454 04";
        String[] wrong = {
            packet("10", four, "82 0000", text("c")),
            packet("10", four, "02 0000", text("c"), text("u")),
            packet("10", four, "c2 0000", text("c"), text("u")),
            packet("10", four, "06 0000", text("c"), text("w")),
            packet("10", four, "02 0000", text("c"), text("w"), text("m")),
            packet("10", four, "0a 0000", text("c")), // will QoS 1, no will
            packet("10", four, "22 0000", text("c")), // will retain, no will
            packet("10", four, "1e 0000", text("c"), text("w"), text("m")), // will QoS 3
            packet("10", four, "03 0000", text("c")), // reserved
            packet("10", four, "02 0000", "0002 c080"),
        };
        for (String connect : wrong) {
            wire.open();
            assertThat(wire.send(connect)).as(connect).isEmpty();
            assertThat(wire.closed()).as(connect).isTrue();
        }
        assertThat(wire.transport.sessions).isEmpty();
    }

    @Test
    void textsOfAConnectAreUtf8() {
        String bad = "0002 c080";
        String[] wrong = {
            packet("10", FIVE, "02 0000 00", bad),
            packet("10", FIVE, "82 0000 00", text("c"), bad),
            packet("10", FIVE, "06 0000 00", text("c"), "00", bad, text("m")),
            packet("10", FIVE, "02 0000", properties("26" + text("k") + bad), text("c")),
            packet("10", FIVE, "02 0000", properties("15" + bad), text("c"))
        };
        for (String connect : wrong) {
            wire.open();
            assertThat(wire.send(connect)).as(connect).startsWith("20").contains("0081");
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void clientIdsOfAllLettersAndDigitsAreAllowed() {
        String all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        for (int length = 1; length <= 23; length++) {
            for (int from = 0; from + length <= all.length(); from += length) {
                wire.open();
                String id = all.substring(from, from + length);
                assertThat(wire.send(packet("10", "0004 4d515454 04 02 0000", text(id))))
                        .isEqualTo("20020000");
                assertThat(wire.session().name()).isEqualTo(id);
            }
        }
    }

    @Test
    void whatComesBehindARefusedConnectIsNotLookedAt() {
        String bad = packet("10", FIVE, "02 0000", properties("21 0000"), text("c"));
        assertThat(wire.send(bad, packet("30", text("a"), "00"), "c000"))
                .startsWith("20")
                .doesNotContain("d000");
        assertThat(wire.transport.published).isEmpty();
        assertThat(wire.closed()).isTrue();
    }

    @Test
    void aWillAndItsPropertiesArePublishedAsTheyCame() {
        for (String flags : new String[] {"06", "26", "2e", "36"}) {
            wire.open();
            wire.send(packet(
                    "10",
                    FIVE,
                    flags,
                    "0000 00",
                    text("c"),
                    properties("01 01", "03" + text("t"), "26" + text("b") + text("1"), "26" + text("a") + text("2")),
                    text("w"),
                    text("gone")));
            wire.channel.close();
            Message will = wire.transport.published.getLast();
            int bits = Integer.parseInt(flags, 16);
            assertThat(will.retain()).isEqualTo((bits & 0x20) != 0);
            assertThat(will.guarantee().qos()).isEqualTo(bits >> 3 & 3);
            assertThat(will.payloadText()).isEqualTo("gone");
            assertThat(will.properties().headers()).hasToString("[b, 1, a, 2]");
            assertThat(will.properties().utf8Payload()).isTrue();
        }
        assertThat(wire.transport.published).hasSize(4);
    }
}
