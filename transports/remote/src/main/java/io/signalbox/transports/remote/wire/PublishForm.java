package io.signalbox.transports.remote.wire;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.signalbox.client.connection.WireNames;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.transport.Refusal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A message as a PUBLISH of MQTT 5 (3.3), the other way of {@link PublishReader}.
 *
 * @param bytes of the whole packet, at most
 */
record PublishForm(Message message, MqttProperties properties, long bytes) {
    private static final int BINARY_BYTES_MAX = 65_535;
    private static final int FRAME_BYTES_MAX = 16;
    private static final long EXPIRY_SECONDS_MAX = 0xFFFF_FFFFL;

    /** @param ownKey for a message that brings neither an idempotency key nor an id; null: none */
    static PublishForm of(Message message, @Nullable String ownKey, long nowMillis) {
        Builder builder = new Builder();
        builder.add(message, ownKey, nowMillis);
        return new PublishForm(
                message,
                builder.properties,
                FRAME_BYTES_MAX
                        + builder.bytes
                        + ByteBufUtil.utf8Bytes(message.topic().text())
                        + message.payload().length);
    }

    /** Why it cannot go; null: it can. */
    @Nullable
    Refusal refuse(long packetBytesMax) {
        if (bytes > packetBytesMax) {
            return new Refusal(
                    ReasonCode.PAYLOAD_TOO_LARGE,
                    "the packet has up to " + bytes + " bytes; the remote server takes " + packetBytesMax);
        }
        return null;
    }

    MqttPublishMessage packet(int packetId, boolean again) {
        MqttQoS qos = packetId == 0 ? MqttQoS.AT_MOST_ONCE : MqttQoS.AT_LEAST_ONCE;
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, again && packetId != 0, qos, message.retain(), 0),
                new MqttPublishVariableHeader(message.topic().text(), packetId, properties),
                Unpooled.wrappedBuffer(message.payload()));
    }

    /** Why MQTT has no room for it; null: it has. Texts have their bound already. */
    static @Nullable Refusal tooLong(Message message) {
        byte[] correlation = message.properties().correlation();
        return correlation == null || correlation.length <= BINARY_BYTES_MAX
                ? null
                : new Refusal(
                        ReasonCode.NOT_SUPPORTED,
                        "the correlation has " + correlation.length + " bytes; MQTT carries " + BINARY_BYTES_MAX);
    }

    private static final class Builder {
        private final MqttProperties properties = new MqttProperties();
        private long bytes;

        void add(Message message, @Nullable String ownKey, long nowMillis) {
            MessageProperties p = message.properties();
            if (p.utf8Payload()) {
                number(Properties.PAYLOAD_FORMAT, 1);
            }
            if (message.ttlMillis() > 0) {
                number(Properties.MESSAGE_EXPIRY, (int) secondsLeft(message, nowMillis));
            }
            text(Properties.CONTENT_TYPE, p.contentType());
            text(Properties.RESPONSE_TOPIC, p.replyTo());
            byte[] correlation = p.correlation();
            if (correlation != null) {
                properties.add(new BinaryProperty(Properties.CORRELATION_DATA, correlation));
                bytes += 3 + correlation.length;
            }
            p.headers().forEach(this::user);
            if (message.priority() != Message.PRIORITY_DEFAULT) {
                user(WireNames.PRIORITY, Integer.toString(message.priority()));
            }
            if (p.kind() != MessageKind.EVENT) {
                user(WireNames.KIND, p.kind().name().toLowerCase(Locale.ROOT));
            }
            if (message.timestampMillis() > 0 && message.ttlMillis() == 0) {
                user(WireNames.TIMESTAMP, Long.toString(message.timestampMillis()));
            }
            user(WireNames.IDEMPOTENCY_KEY, p.idempotencyKey() == null ? ownKey : p.idempotencyKey());
            user(WireNames.ORDERING_KEY, p.orderingKey());
            user(WireNames.ID, p.id());
            user(WireNames.FROM, p.from());
            user(WireNames.TO, p.to());
            user(WireNames.CAUSATION_ID, p.causationId());
            user(WireNames.SCHEMA, p.schemaName());
            user(WireNames.SCHEMA_VERSION, p.schemaVersion());
            user(WireNames.CONTENT_ENCODING, p.contentEncoding());
            if (p.headers().get(WireNames.TRACEPARENT) == null) {
                user(WireNames.TRACEPARENT, p.traceparent());
            }
        }

        /** Rounded up: it lives here to the millisecond, on the wire to the second (MQTT 5, 3.3.2.3.3). */
        private static long secondsLeft(Message message, long nowMillis) {
            long left = message.ttlMillis() - Math.max(0, nowMillis - message.timestampMillis());
            return Math.clamp((left + 999) / 1_000, 1, EXPIRY_SECONDS_MAX);
        }

        private void number(int id, int value) {
            properties.add(new IntegerProperty(id, value));
            bytes += 5;
        }

        private void text(int id, @Nullable String value) {
            if (value != null) {
                properties.add(new StringProperty(id, value));
                bytes += 3 + ByteBufUtil.utf8Bytes(value);
            }
        }

        private void user(String name, @Nullable String value) {
            if (value != null) {
                Properties.addUser(properties, name, value);
                bytes += 5 + ByteBufUtil.utf8Bytes(name) + ByteBufUtil.utf8Bytes(value);
            }
        }
    }
}
