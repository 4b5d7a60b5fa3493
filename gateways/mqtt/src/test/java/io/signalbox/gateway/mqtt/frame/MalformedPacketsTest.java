package io.signalbox.gateway.mqtt.frame;

import static io.signalbox.gateway.mqtt.WireFixture.CONNECT_3;
import static io.signalbox.gateway.mqtt.WireFixture.CONNECT_5;
import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.signalbox.gateway.mqtt.WireFixture;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT 5, 4.13: what is malformed ends its connection, with the reason that fits. */
public class MalformedPacketsTest {
    private final WireFixture wire = new WireFixture();

    @AfterEach
    void close() {
        wire.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void aFirstPacketThatIsNotConnectEndsTheConnectionAtItsFirstByte(int type) {
        assertThat(wire.send(new byte[] {(byte) (type << 4)})).isEmpty();
        assertThat(wire.closed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"20,82", "90,82", "b0,82", "d0,82", "00,81"})
    void aPacketThatOnlyServersSendIsAProtocolError(String header, String reason) {
        wire.send("10 10 0004 4d515454 05 02 0000 02 17 00 0001 63"); // no reason strings wanted
        assertThat(wire.send(header, "00")).isEqualTo("e001" + reason);
        assertThat(wire.closed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"20", "90", "b0", "d0", "00", "f0"})
    void whatAClientOf311MayNotSendClosesWithoutAWord(String header) {
        wire.connect3();
        assertThat(wire.send(header, "00")).isEmpty();
        assertThat(wire.closed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"40", "50", "70", "c0", "e0", "f0", "62", "82", "a2"})
    void flagsInTheFirstByteMustBeTheTypesOwn(String header) {
        int first = Integer.parseInt(header, 16);
        for (int flags = 0; flags < 16; flags++) {
            if (flags != (first & 15)) {
                try (WireFixture one = new WireFixture()) {
                    one.connect5();
                    assertThat(one.send(new byte[] {(byte) (first & 0xF0 | flags)}))
                            .as("flags " + flags)
                            .startsWith("e0");
                    assertThat(one.counters.value(MqttCounter.ENDED_MALFORMED)).isOne();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "80808000, non-minimal zero", //
        "ff80808001, five bytes",
        "ffffffffff, five bytes",
        "8000, non-minimal zero of two bytes",
        "ff8000, non-minimal",
    })
    void aRemainingLengthMustBeMinimalAndOfFourBytesAtMost(String length, String why) {
        wire.connect5();
        assertThat(wire.send("30", length)).as(why).startsWith("e0");
        assertThat(wire.counters.value(MqttCounter.ENDED_MALFORMED)
                        + wire.counters.value(MqttCounter.ENDED_PACKET_TOO_LARGE))
                .isOne();
    }

    @Test
    void anAnnounced256MegabytesAreRefusedFromTheHeaderAlone() {
        wire.send("10 10 0004 4d515454 05 02 0000 02 17 00 0001 63");
        assertThat(wire.send("30 ffffff7f")).isEqualTo("e00195");
        assertThat(wire.closed()).isTrue();
    }

    @Test
    void anAnnounced256MegabyteConnectIsRefusedFromTheHeaderAlone() {
        assertThat(wire.send("10 ffffff7f")).isEmpty();
        assertThat(wire.closed()).isTrue();
        assertThat(wire.counters.value(MqttCounter.ENDED_PACKET_TOO_LARGE)).isOne();
    }

    @Test
    void aPacketArrivesInAnyPieces() {
        byte[] whole = WireFixture.bytes(CONNECT_5 + packet("32", text("a/b"), "0007", "00", "6869"));
        for (int cut = 1; cut < whole.length; cut++) {
            try (WireFixture one = new WireFixture()) {
                String before = one.send(Arrays.copyOf(whole, cut));
                String after = one.send(Arrays.copyOfRange(whole, cut, whole.length));
                assertThat(before + after).as("cut at " + cut).endsWith("40020007");
                assertThat(one.transport.published).hasSize(1);
            }
        }
        for (byte b : whole) {
            wire.send(new byte[] {b});
        }
        assertThat(wire.transport.published).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // topic "a/b", packet id 7, payload format, expiry, content type, response topic, correlation, user
                "32 0003612f62 0007 1f 0101 0200000009 03000174 08000172 0900020102 260001610001 62",
                // packet id 7, subscription id 1, user property, filter "a" with options 1
                "82 0007 09 0b01 26 0001 61 0001 62 000161 01",
                "a2 0007 00 000161",
                "40 0007 00 07 1f 0001 78 26 0000 0000",
                "62 0007 00 03 1f 0000",
                "e0 04 08 11 00000000 1f 0000",
            })
    void aPacketCutShortAtAnyByteIsMalformedAndNothingElse(String hex) {
        byte[] whole = WireFixture.bytes(hex);
        byte header = whole[0];
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] cut = new byte[length + 2];
            cut[0] = header;
            cut[1] = (byte) length;
            System.arraycopy(whole, 1, cut, 2, length);
            try (WireFixture one = new WireFixture()) {
                one.connect5();
                one.send(cut);
                assertThat(one.counters.value(MqttCounter.INTERNAL_ERRORS))
                        .as(hex + " cut to " + length)
                        .isZero();
                // PUBLISH cut within its payload, and acknowledgements cut behind their id, are whole packets.
                if (one.closed()) {
                    assertThat(one.counters.value(MqttCounter.ENDED_MALFORMED)
                                    + one.counters.value(MqttCounter.ENDED_PROTOCOL_ERROR)
                                    + (header == (byte) 0xE0 ? 1 : 0))
                            .isGreaterThanOrEqualTo(1);
                }
            }
        }
    }

    @Test
    void connectCutShortAtAnyByteGetsNoSession() {
        byte[] whole = WireFixture.bytes(packet(
                "10",
                "0004 4d515454 05 c6 003c",
                properties("11 0000000a", "21 0005", "27 00001000", "22 0002", "19 01", "17 01", "26 000161 000162"),
                text("client"),
                properties("18 00000005", "02 00000009"),
                text("will"),
                text("gone"),
                text("user"),
                text("secret")));
        for (int length = 0; length < whole.length - 2; length++) {
            byte[] cut = Arrays.copyOf(whole, length + 2);
            cut[1] = (byte) length;
            try (WireFixture one = new WireFixture()) {
                one.send(cut);
                assertThat(one.transport.sessions).as("cut to " + length).isEmpty();
                assertThat(one.closed()).as("cut to " + length).isTrue();
                assertThat(one.counters.value(MqttCounter.INTERNAL_ERRORS)).isZero();
            }
        }
        wire.send(whole);
        assertThat(wire.transport.sessions).hasSize(1);
    }

    @Test
    void aSecondConnectIsAProtocolError() {
        wire.connect5();
        assertThat(wire.send(CONNECT_5)).startsWith("e0").contains("82");
        assertThat(wire.session().detachedClean).isFalse();
        assertThat(wire.counters.value(MqttCounter.ENDED_PROTOCOL_ERROR)).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "3600, QoS 3 in PUBLISH",
        "3800, DUP with QoS 0",
        "c001 00, PINGREQ with a body",
    })
    void smallCrimes(String hex, String why) {
        wire.connect5();
        assertThat(wire.send(hex)).as(why).startsWith("e0");
        assertThat(wire.counters.value(MqttCounter.ENDED_MALFORMED)).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "eda080", "f8888080", "ff", "61c3", "00"})
    void textThatIsNotUtf8OrHasZeroIsMalformed(String bytes) {
        wire.connect5();
        String topic = WireFixture.properties(bytes); // its length is below 128: one byte
        assertThat(wire.send(packet("30", "00" + topic, "00"))).startsWith("e0");
        assertThat(wire.counters.value(MqttCounter.ENDED_MALFORMED)).isOne();
        assertThat(wire.transport.published).isEmpty();
    }

    @Test
    void theReplacementCharacterItselfIsLegalText() {
        wire.connect5();
        wire.send(packet("30", text("a/\uFFFD"), "00"));
        assertThat(wire.transport.published).hasSize(1);
    }

    @Test
    void twentyThousandUserPropertiesAreRefusedWithoutBeingRead() {
        StringBuilder user = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            user.append("26 0001 6b 0001 76");
        }
        String list = properties(user.toString());
        String few = properties("26 0001 6b 0001 76".repeat(1_000));
        String connect = packet("10", "0004 4d515454 05 02 0000", few, text("c"));
        assertThat(wire.send(connect)).startsWith("20").contains("0097");
        wire.open();
        wire.connect5();
        assertThat(wire.send(packet("30", text("t"), list))).startsWith("e0").contains("97");
        wire.open();
        wire.connect5();
        assertThat(wire.send(packet("82", "0001", list, text("f"), "00")))
                .startsWith("e0")
                .contains("97");
    }

    @Test
    void whatIsHeldForAPieceIsBoundedByWhatCame() {
        // PUBLISH of 1,000,000 bytes announced, 10 sent
        wire.connect5();
        ByteBuf piece = Unpooled.copiedBuffer(WireFixture.bytes("30 c0843d 0001 61 00 010203"));
        wire.channel.writeInbound(piece);
        assertThat(wire.closed()).isFalse();
        wire.channel.close();
        assertThat(piece.refCnt()).isZero();
    }

    @Test
    void buffersAreReleasedAfterAViolation() {
        wire.connect3();
        ByteBuf bytes = Unpooled.copiedBuffer(WireFixture.bytes("d000" + packet("30", text("a"), "01")));
        wire.channel.writeInbound(bytes);
        assertThat(bytes.refCnt()).isZero();
        assertThat(wire.transport.published)
                .as("nothing behind the violation counts")
                .isEmpty();
    }

    @Test
    void strangersShareABoundForIncompletePackets() {
        // CONNECT of 125,000 bytes announced; 100,000 sent, by 400 strangers: 40 MB, the bound is 32 MB
        byte[] much = new byte[100_000];
        System.arraycopy(WireFixture.bytes("10 c8d007 0004 4d515454 05 02 0000"), 0, much, 0, 14);
        int refused = 0;
        java.util.List<io.netty.channel.embedded.EmbeddedChannel> opened = new java.util.ArrayList<>();
        for (int i = 0; i < 400; i++) {
            opened.add(wire.open());
            wire.send(much);
            if (wire.closed()) {
                refused++;
            }
        }
        assertThat(refused).isBetween(40, 160);
        opened.forEach(each -> each.finishAndReleaseAll());
    }

    @Test
    void connect3IsAnsweredInItsForm() {
        assertThat(wire.send(CONNECT_3)).isEqualTo(WireFixture.CONNACK_3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4003 0009 01", "4003 0009 92", "5003 0009 92", "6203 0009 10", "7003 0009 80"})
    void anAcknowledgementWithAReasonCodeOfAnotherPacketIsMalformed(String hex) {
        wire.send("10 10 0004 4d515454 05 02 0000 02 17 00 0001 63"); // no reason strings wanted
        assertThat(wire.send(hex)).isEqualTo("e00181");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30 08 0001 61 05 03 0002 c080", // content type of PUBLISH
                "30 08 0001 61 05 08 0002 eda0", // response topic, cut within a surrogate
                "82 07 0001 00 0002 c080 00", // filter of SUBSCRIBE
                "a2 07 0001 00 0002 c080", // filter of UNSUBSCRIBE
                "30 0c 0001 61 08 26 0002 c080 0001 61", // name of a user property
                "40 08 0001 80 05 1f 0002 c080" // reason string of PUBACK
            })
    void everyTextIsUtf8(String hex) {
        wire.connect5();
        String bytes = hex.replace(" ", "");
        wire.send(bytes.substring(0, 2), String.format("%02x", bytes.length() / 2 - 2), bytes.substring(4));
        assertThat(wire.counters.value(MqttCounter.ENDED_MALFORMED)).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/+", "#", "+", "a/#"})
    void aResponseTopicHasNoWildcards(String topic) {
        wire.connect5();
        assertThat(wire.send(packet("30", text("t"), WireFixture.properties("08" + text(topic)))))
                .startsWith("e0")
                .contains("82");
        assertThat(wire.transport.published).isEmpty();
    }
}
