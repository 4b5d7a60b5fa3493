package io.signalbox.gateway.amqp.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.RandomMessages;
import io.signalbox.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages to the sections of AMQP 1.0 and back. */
class MessageMappingTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final Topic TOPIC = Topic.ofMqtt("a/b");

    private static byte[] write(Message message, int deliveryCount, boolean redelivered, long nowMillis) {
        ByteBuffer written = OutgoingMessage.write(message, deliveryCount, redelivered, nowMillis);
        return Arrays.copyOf(written.array(), written.limit());
    }

    private static IncomingMessage read(byte[] bytes) {
        return IncomingMessage.read(bytes, 0, bytes.length);
    }

    private static Message roundTrip(Message message) {
        return read(write(message, 0, false, NOW)).toMessage(message.topic(), false, NOW);
    }

    @Test
    void whateverAMessageSaysOfItselfSurvivesBothWays() {
        long seed = new Random().nextLong();
        RandomMessages random = new RandomMessages(seed);
        int compared = 0;
        for (int i = 0; i < 20_000; i++) {
            Message message = random.next();
            String replyTo = message.properties().replyTo();
            if (replyTo != null && !isTopic(replyTo)) {
                continue; // no address can say it
            }
            Message back = roundTrip(message);
            String what = "seed " + seed + " message " + i;
            assertThat(back.payload()).as(what).isEqualTo(message.payload());
            assertThat(back.properties()).as(what).isEqualTo(message.properties());
            assertThat(back.retain()).as(what).isEqualTo(message.retain());
            assertThat(back.priority()).as(what).isEqualTo(message.priority());
            compared++;
        }
        assertThat(compared).isGreaterThan(1_000);
    }

    private static boolean isTopic(String text) {
        try {
            Topic.ofMqtt(text);
            return true;
        } catch (SignalboxException e) {
            return false;
        }
    }

    @Test
    void theLifeTimeThatIsLeftGoesOver() {
        Message message = Message.to(TOPIC)
                .timestampMillis(NOW - 4_000)
                .ttlMillis(10_000)
                .payload("x")
                .build();
        Message back = roundTrip(message);
        assertThat(back.ttlMillis()).isEqualTo(6_000);
        assertThat(back.timestampMillis()).isEqualTo(NOW);
    }

    @Test
    void aPlainMessageIsHeaderAddressAndData() {
        Message message = Message.to(TOPIC).payload("hi").build();
        assertThat(HexFormat.of().formatHex(write(message, 2, true, NOW)))
                .isEqualTo(hex(
                        // header: durable, priority 4, no time to live, not first acquirer, delivery count 2
                        "00 53 70 d0 0000000e 00000005 41 5004 40 42 7000000002",
                        // properties: to a/b
                        "00 53 73 d0 0000000b 00000003 40 40 a103612f62",
                        // data
                        "00 53 75 a0 02 6869"));
    }

    @Test
    void nobodyNamesAnotherTopicOrGuaranteeThanTheLinks() {
        // application properties: sb-topic=x, sb-qos=2
        byte[] bytes = bytes(
                "00 53 74 c1 19 04 a1 08",
                ascii("sb-topic"),
                "a1 01",
                ascii("x"),
                "a1 06",
                ascii("sb-qos"),
                "a1 01",
                ascii("2"));
        Message message = read(bytes).toMessage(TOPIC, false, NOW);
        assertThat(message.topic()).isEqualTo(TOPIC);
        assertThat(message.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(message.properties().headers().isEmpty()).isTrue();
    }

    @Test
    void nobodySpeaksInAnothersNameByAProperty() {
        // application properties: sb-amqp-user-id=admin
        byte[] bytes = bytes("00 53 74 c1 19 02 a1 0f", ascii("sb-amqp-user-id"), "a1 05", ascii("admin"));
        Message message = read(bytes).toMessage(TOPIC, false, NOW);
        assertThat(message.properties().headers().isEmpty()).isTrue();
    }

    @Test
    void anAnnotationThatCannotBeASymbolIsAProperty() {
        Message message = Message.to(TOPIC)
                .properties(
                        MessageProperties.builder().header("x-opt-\u00e9", "v").build())
                .build();
        byte[] written = write(message, 0, false, NOW);
        assertThat(HexFormat.of().formatHex(written)).doesNotContain("005372").contains("005374");
        assertThat(roundTrip(message).properties()).isEqualTo(message.properties());
    }

    @Test
    void anIdHasOneOfFourTypesWhateverSomebodyWroteOfIt() {
        Message message = Message.to(TOPIC)
                .properties(MessageProperties.builder()
                        .id("7")
                        .correlation("8".getBytes(StandardCharsets.UTF_8))
                        .header("sb-amqp-types", "@message-id:i&@correlation-id:?")
                        .build())
                .build();
        assertThat(roundTrip(message).properties().id()).isEqualTo("7");
        assertThat(roundTrip(message).properties().correlation()).asString().isEqualTo("8");
    }

    @Test
    void aSequenceIsAList() {
        byte[] noList = bytes("00 53 76 a1 01 78");
        assertThatThrownBy(() -> read(noList)).isInstanceOf(Violation.class);
        Message forged = Message.to(TOPIC)
                .payload(noList)
                .properties(MessageProperties.builder()
                        .header("sb-amqp-types", "@body:q")
                        .build())
                .build();
        assertThat(roundTrip(forged).payload()).isEqualTo(noList);
    }

    @Test
    void preSettledAndNotDurableIsAtMostOnce() {
        assertThat(read(bytes("00 53 75 a0 00")).toMessage(TOPIC, true, NOW).guarantee())
                .isEqualTo(Guarantee.AT_MOST_ONCE);
        // header: durable
        assertThat(read(bytes("00 53 70 c0 02 01 41 00 53 75 a0 00"))
                        .toMessage(TOPIC, true, NOW)
                        .guarantee())
                .isEqualTo(Guarantee.AT_LEAST_ONCE);
    }

    @Test
    void aForgedTypeOfTheBodyDoesNotReachAReceiver() {
        Message forged = Message.to(TOPIC)
                .payload(bytes("00 53 75 a0 ff")) // data that announces more than it has
                .properties(MessageProperties.builder()
                        .header("sb-amqp-types", "@body:v&@body:q&x:zz&:s&y")
                        .build())
                .build();
        Message back = roundTrip(forged);
        assertThat(back.payload()).isEqualTo(forged.payload());
    }

    @Test
    void sectionsOutOfOrderAndUnknownOnesAreRefused() {
        refused("00 53 75 a0 00 00 53 70 45"); // header behind data
        refused("00 53 77 40 00 53 77 40"); // two values
        refused("00 53 75 a0 00 00 53 77 40"); // data and a value
        refused("00 53 79 45"); // no section
        refused("40"); // nothing described
        refused("00 53 73 c0 0f 0e 40 40 40 40 40 40 40 40 40 40 40 40 40 43"); // a 14th property
        refused("00 53 74 c1 03 01 a1 00"); // half an entry
        refused("00 53 75 b0 7fffffff"); // two gigabytes
        refused("00 53 77 d0 7fffffff 7fffffff");
        refused("00 53 77 f0 00000005 7fffffff 40"); // an array of two thousand million nulls
    }

    private static void refused(String hex) {
        assertThatThrownBy(() -> read(bytes(hex)).toMessage(TOPIC, false, NOW))
                .as(hex)
                .isInstanceOf(Violation.class);
    }

    @Test
    void aMillionEmptySectionsAreOneEmptyPayload() {
        byte[] one = bytes("00 53 75 a0 01 2a");
        byte[] many = new byte[one.length * 1_000_000];
        for (int i = 0; i < many.length; i += one.length) {
            System.arraycopy(one, 0, many, i, one.length);
        }
        assertThat(read(many).toMessage(TOPIC, false, NOW).payload()).hasSize(1_000_000);
    }

    @Test
    void anyCutOfAMessageIsReadOrRefusedAndNothingElse() {
        byte[] whole = write(
                Message.to(TOPIC)
                        .payload("payload")
                        .properties(MessageProperties.builder()
                                .id("id")
                                .correlation("c".getBytes(StandardCharsets.UTF_8))
                                .header("h", "v")
                                .build())
                        .build(),
                0,
                false,
                NOW);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            try {
                read(cut).toMessage(TOPIC, false, NOW);
            } catch (Violation expected) {
                assertThat(expected.detail()).isNotEmpty();
            }
        }
    }

    private static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(hex(hex));
    }

    private static String hex(String... parts) {
        return String.join("", parts).replace(" ", "");
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
