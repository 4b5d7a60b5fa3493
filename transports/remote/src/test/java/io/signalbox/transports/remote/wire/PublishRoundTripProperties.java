package io.signalbox.transports.remote.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.RandomMessages;
import io.signalbox.topic.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a packet give the message back, whole, and are no more than was reckoned; the seed is the argument. */
final class PublishRoundTripProperties {
    private static final int CASES = 3_000;
    private static final long NOW_MILLIS = 1_767_225_600_000L;
    private static final WireLink LINK =
            new WireLink(new EmbeddedChannel(), new Granted(false, 1, Long.MAX_VALUE, java.util.Set.of()));

    private final EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(64 << 20), MqttEncoder.INSTANCE);

    PublishRoundTripProperties() {
        // The codec learns the version from it.
        ChannelFuture unused = channel.writeOneOutbound(MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_5)
                .clientId("c")
                .build());
        channel.flushOutbound();
        ByteBuf connect = channel.readOutbound();
        connect.release();
    }

    private Delivery overTheWire(PublishForm form, int packetId) {
        assertThat(channel.writeOutbound(form.packet(packetId, false))).isTrue();
        ByteBuf bytes = channel.readOutbound();
        assertThat((long) bytes.readableBytes()).isLessThanOrEqualTo(form.bytes());
        assertThat(channel.writeInbound(bytes)).isTrue();
        MqttPublishMessage packet = channel.readInbound();
        try {
            return PublishReader.read(LINK, packet, NOW_MILLIS);
        } finally {
            packet.release();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 44, 20_261_127})
    void everyMessageComesBack(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        int compared = 0;
        for (int i = 0; i < CASES; i++) {
            Message random = messages.next();
            Message message = random.toBuilder()
                    .ttlMillis(0)
                    .timestampMillis(Math.max(0, random.timestampMillis())) // what is before 1970 is no time
                    .build();
            if (message.guarantee() == Guarantee.EXACTLY_ONCE || hasReservedHeader(message)) {
                continue; // refused before, or a property's name in MQTT
            }
            int packetId = message.guarantee() == Guarantee.AT_MOST_ONCE ? 0 : 1 + i;
            Delivery delivery = overTheWire(PublishForm.of(message, null, NOW_MILLIS), packetId);
            RandomMessages.assertSame(delivery.message(), message, "seed " + seed + ", case " + i);
            assertThat(delivery.packetId()).isEqualTo(packetId);
            compared++;
        }
        assertThat(compared).isGreaterThan(CASES / 20);
    }

    private static boolean hasReservedHeader(Message message) {
        boolean[] reserved = {false};
        message.properties()
                .headers()
                .forEach((name, value) -> reserved[0] |= name.startsWith("sb-") || name.equals("traceparent"));
        return reserved[0];
    }

    @Test
    void theLifeThatIsLeftGoesInWholeSeconds() {
        Message message = Message.to(Topic.ofMqtt("a"))
                .ttlMillis(10_000)
                .timestampMillis(NOW_MILLIS - 2_500)
                .build();
        Message back = overTheWire(PublishForm.of(message, null, NOW_MILLIS), 1).message();
        assertThat(back.ttlMillis()).isEqualTo(8_000);
        assertThat(back.timestampMillis()).isEqualTo(NOW_MILLIS);
    }

    @Test
    void aKeyThatWasAddedIsTakenOffAndOneThatWasBroughtStays() {
        Message plain = Message.to(Topic.ofMqtt("a")).build();
        Message keyed = plain.toBuilder()
                .properties(MessageProperties.builder().idempotencyKey("mine").build())
                .build();
        assertThat(overTheWire(PublishForm.of(plain, Wires.OWN_KEY + "1", NOW_MILLIS), 1)
                        .message()
                        .properties()
                        .idempotencyKey())
                .isNull();
        assertThat(overTheWire(PublishForm.of(keyed, Wires.OWN_KEY + "1", NOW_MILLIS), 1)
                        .message()
                        .properties()
                        .idempotencyKey())
                .isEqualTo("mine");
    }

    @Test
    void whatOthersWriteUnderTheNameOfTheServersNoteIsNoNote() {
        Message message = Message.to(Topic.ofMqtt("a"))
                .properties(MessageProperties.builder()
                        .header(TransportNames.DELIVERY, "not a number")
                        .build())
                .build();
        Delivery delivery = overTheWire(PublishForm.of(message, null, NOW_MILLIS), 1);
        assertThat(delivery.sequence()).isZero();
        assertThat(delivery.fromRetained()).isFalse();
    }

    @Test
    void aCorrelationThatMqttHasNoRoomForIsRefused() {
        assertThat(PublishForm.tooLong(correlated(65_536))).isNotNull();
        assertThat(PublishForm.tooLong(correlated(65_535))).isNull();
        assertThat(PublishForm.tooLong(Message.to(Topic.ofMqtt("a")).build())).isNull();
    }

    private static Message correlated(int bytes) {
        return Message.to(Topic.ofMqtt("a"))
                .properties(
                        MessageProperties.builder().correlation(new byte[bytes]).build())
                .build();
    }
}
