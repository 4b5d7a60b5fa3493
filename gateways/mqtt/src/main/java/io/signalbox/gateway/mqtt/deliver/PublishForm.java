package io.signalbox.gateway.mqtt.deliver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.publish.SignalboxProperties;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a PUBLISH that are the same for every receiver, encoded once and shared through {@link
 * Message#encodedForm()}. The payload is not among them: the message has it already, and a form may live as long as a
 * retained message does.
 *
 * @param topicField length and UTF-8 of the topic
 * @param properties5 the properties of MQTT 5 that do not change with receiver and time, without their length
 */
record PublishForm(byte[] topicField, byte[] properties5) {
    /** Left by the first receiver: a message with one receiver costs no form, the second one makes it. */
    private static final PublishForm SEEN = new PublishForm(new byte[0], new byte[0]);

    private static final byte[] NO_PROPERTIES = {};

    /**
     * @param keep leave it with the message, for the next receiver; a retained message would hold it for as long as it
     *     lives, for a subscriber now and then
     * @return null: not worth one yet, and the message has no properties
     */
    static @Nullable PublishForm of(Message message, boolean keep) {
        Object form = message.encodedForm();
        if (form instanceof PublishForm known && known != SEEN) {
            return known;
        }
        boolean plain = plain(message);
        if (plain && (form == null || !keep)) {
            if (keep) {
                message.encodedForm(SEEN);
            }
            return null;
        }
        PublishForm made = new PublishForm(topicField(message), plain ? NO_PROPERTIES : properties(message));
        if (keep) {
            message.encodedForm(made);
        }
        return made;
    }

    private static boolean plain(Message message) {
        return message.properties() == MessageProperties.NONE
                && message.priority() == Message.PRIORITY_DEFAULT
                && !tellsTime(message);
    }

    /** Of a message that expires, the time is that of its arrival, and the interval says what is left of it. */
    private static boolean tellsTime(Message message) {
        return message.timestampMillis() > 0 && message.ttlMillis() == 0;
    }

    private static byte[] topicField(Message message) {
        byte[] text = message.topic().text().getBytes(StandardCharsets.UTF_8);
        byte[] field = new byte[2 + text.length];
        field[0] = (byte) (text.length >>> 8);
        field[1] = (byte) text.length;
        System.arraycopy(text, 0, field, 2, text.length);
        return field;
    }

    private static byte[] properties(Message message) {
        MessageProperties p = message.properties();
        ByteBuf to = Unpooled.buffer(256);
        if (p.utf8Payload()) {
            to.writeByte(Property.PAYLOAD_FORMAT).writeByte(1);
        }
        text(to, Property.CONTENT_TYPE, p.contentType());
        text(to, Property.RESPONSE_TOPIC, p.replyTo());
        byte[] correlation = p.correlation();
        if (correlation != null && correlation.length <= 65_535) {
            to.writeByte(Property.CORRELATION_DATA);
            Fields.writeText(to, correlation);
        }
        Headers headers = p.headers();
        headers.forEach((name, value) -> {
            // Of another protocol, or of the log of an earlier server; here the name is the server's.
            if (!name.equals(SignalboxProperties.SEQUENCE)) {
                user(to, name, value);
            }
        });
        if (message.priority() != Message.PRIORITY_DEFAULT) {
            user(to, SignalboxProperties.PRIORITY, Integer.toString(message.priority()));
        }
        if (tellsTime(message)) {
            user(to, SignalboxProperties.TIMESTAMP, Long.toString(message.timestampMillis()));
        }
        if (p.kind() != MessageKind.EVENT) {
            user(to, SignalboxProperties.KIND, p.kind().name().toLowerCase(Locale.ROOT));
        }
        user(to, SignalboxProperties.IDEMPOTENCY_KEY, p.idempotencyKey());
        user(to, SignalboxProperties.ORDERING_KEY, p.orderingKey());
        user(to, SignalboxProperties.ID, p.id());
        user(to, SignalboxProperties.FROM, p.from());
        user(to, SignalboxProperties.TO, p.to());
        user(to, SignalboxProperties.CAUSATION_ID, p.causationId());
        user(to, SignalboxProperties.SCHEMA, p.schemaName());
        user(to, SignalboxProperties.SCHEMA_VERSION, p.schemaVersion());
        user(to, SignalboxProperties.CONTENT_ENCODING, p.contentEncoding());
        if (headers.get(SignalboxProperties.TRACEPARENT) == null) {
            user(to, SignalboxProperties.TRACEPARENT, p.traceparent());
        }
        return ByteBufUtil.getBytes(to);
    }

    private static void text(ByteBuf to, int id, @Nullable String value) {
        if (value != null) {
            to.writeByte(id);
            Fields.writeText(to, bounded(value));
        }
    }

    private static void user(ByteBuf to, String name, @Nullable String value) {
        if (value != null) {
            to.writeByte(Property.USER_PROPERTY);
            Fields.writeText(to, bounded(name));
            Fields.writeText(to, bounded(value));
        }
    }

    /** Other gateways allow longer texts than MQTT can carry; those are cut, at a character. */
    private static byte[] bounded(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= 65_535) {
            return utf8;
        }
        int end = 65_535;
        while ((utf8[end] & 0xC0) == 0x80) {
            end--;
        }
        return java.util.Arrays.copyOf(utf8, end);
    }
}
