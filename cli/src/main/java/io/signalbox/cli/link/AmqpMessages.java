package io.signalbox.cli.link;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.apache.qpid.protonj2.types.Binary;
import org.jspecify.annotations.Nullable;

/** Messages in the sections of AMQP 1.0 (3.2); what has none is an application property, named as in MQTT. */
final class AmqpMessages {
    /** Fields that a section has a place for. */
    private static final Set<String> ELSEWHERE = Set.of(
            FieldNames.TOPIC,
            FieldNames.QOS,
            FieldNames.PRIORITY,
            FieldNames.TIMESTAMP,
            FieldNames.TTL,
            FieldNames.ID,
            FieldNames.REPLY_TO,
            FieldNames.CORRELATION,
            FieldNames.CORRELATION_BASE64,
            FieldNames.CONTENT_TYPE,
            FieldNames.CONTENT_ENCODING,
            FieldNames.ORDERING_KEY);

    /** What the client makes of a header without it. */
    private static final long NO_TTL = 0xFFFF_FFFFL;

    /** Stands in for an address that is no topic, such as {@code queue://jobs}; never seen. */
    private static final Topic NONE = Topic.ofMqtt("none");

    private AmqpMessages() {}

    /** @throws SignalboxException a header has a value that it cannot have */
    static org.apache.qpid.protonj2.client.Message<byte[]> wire(Outgoing from) throws ClientException {
        Message message = Envelope.message(from, NONE);
        MessageProperties known = message.properties();
        var wire = org.apache.qpid.protonj2.client.Message.create(message.payload());
        wire.durable(from.qos() > 0).priority((byte) message.priority());
        if (message.ttlMillis() > 0) {
            wire.timeToLive(message.ttlMillis());
        }
        if (message.timestampMillis() > 0) {
            wire.creationTime(message.timestampMillis());
        }
        wire.messageId(known.id()).replyTo(known.replyTo()).groupId(known.orderingKey());
        wire.correlationId(correlation(known.correlation())).contentType(known.contentType());
        var unused = wire.contentEncoding(known.contentEncoding());
        Map<String, String> fields = MessageFields.map(message);
        // A map keeps an order on the way; it cannot keep two of one name.
        boolean repeats = fields.keySet().stream().anyMatch(name -> name.startsWith(FieldNames.AT));
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (!ELSEWHERE.contains(field.getKey())
                    && (repeats || !field.getKey().equals(FieldNames.ORDER))) {
                wire.property(field.getKey(), field.getValue());
            }
        }
        return wire;
    }

    /** As text where it is UTF-8, as other clients like it. */
    private static @Nullable Object correlation(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new Binary(bytes);
        }
    }

    /** @param address of the link, for a message that does not say where it was sent */
    static Incoming incoming(
            org.apache.qpid.protonj2.client.Message<?> wire, @Nullable String address, Runnable acknowledge)
            throws ClientException {
        String topic = wire.to() != null ? wire.to() : address == null ? "" : address;
        Map<String, String> fields = new LinkedHashMap<>();
        if (wire.hasProperties()) {
            wire.forEachProperty((name, value) -> fields.put(name, String.valueOf(value)));
        }
        Message known = described(fields, wire);
        Incoming incoming = Envelope.incoming(known, acknowledge);
        return new Incoming(
                topic, incoming.payload(), incoming.qos(), incoming.retain(), incoming.properties(), acknowledge);
    }

    private static Message described(Map<String, String> fields, org.apache.qpid.protonj2.client.Message<?> wire)
            throws ClientException {
        byte[] payload = payload(wire.body());
        Message read = read(fields, payload);
        MessageProperties.Builder known = read.properties().toBuilder();
        if (wire.messageId() != null) {
            known.id(wire.messageId().toString());
        }
        if (wire.replyTo() != null) {
            known.replyTo(wire.replyTo());
        }
        if (wire.correlationId() != null) {
            known.correlation(bytes(wire.correlationId()));
        }
        if (wire.contentType() != null) {
            known.contentType(wire.contentType());
        }
        if (wire.contentEncoding() != null) {
            known.contentEncoding(wire.contentEncoding());
        }
        if (wire.groupId() != null) {
            known.orderingKey(wire.groupId());
        }
        known.utf8Payload(wire.body() instanceof String);
        return read.toBuilder()
                .guarantee(wire.durable() ? Guarantee.AT_LEAST_ONCE : Guarantee.AT_MOST_ONCE)
                .priority(Math.clamp(wire.priority(), 0, Message.PRIORITY_MAX))
                .timestampMillis(wire.creationTime())
                .ttlMillis(wire.timeToLive() == NO_TTL ? 0 : wire.timeToLive())
                .properties(known.build())
                .build();
    }

    /** Of another server, reserved names may mean something else: then all are headers. */
    private static Message read(Map<String, String> fields, byte[] payload) {
        try {
            FieldReader reader = MessageFields.reader(NONE);
            fields.forEach(reader::add);
            return reader.message(payload);
        } catch (SignalboxException e) {
            FieldReader reader = MessageFields.reader(NONE);
            fields.forEach((name, value) -> reader.add(FieldNames.OWN + name, value));
            return reader.message(payload);
        }
    }

    /** The bytes of data and of text; of any other value, what Java prints. */
    private static byte[] payload(@Nullable Object body) {
        return body == null ? new byte[0] : bytes(body);
    }

    static byte[] bytes(Object value) {
        return switch (value) {
            case byte[] bytes -> bytes;
            case Binary binary -> binary.asByteArray();
            default -> value.toString().getBytes(StandardCharsets.UTF_8);
        };
    }
}
