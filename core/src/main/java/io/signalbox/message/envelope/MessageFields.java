package io.signalbox.message.envelope;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All of a message but its payload as text names and text values ({@link FieldNames}), without loss. Two forms, one
 * reader for both:
 *
 * <ul>
 *   <li>{@link #list}: in order, names may repeat: Kafka headers, Redis stream fields;
 *   <li>{@link #map}: every name once, in no order, names of at most 255 bytes: AMQP tables and application properties,
 *       a JSON column.
 * </ul>
 *
 * <p>Fields of foreign producers become headers, so a message that was written by hand needs none of these names.
 */
public final class MessageFields {
    /** So that a name of three-byte characters, with its prefix, fits an AMQP short string. */
    private static final int NAME_LENGTH_MAX = 80;

    private MessageFields() {}

    /** Ordered, with repeats. */
    public static List<Field> list(Message message) {
        List<Field> fields = new ArrayList<>();
        list(message, (name, value) -> fields.add(new Field(name, value)));
        return fields;
    }

    /** As {@link #list(Message)}, into whatever the engine's library wants. */
    public static void list(Message message, BiConsumer<String, String> sink) {
        envelope(message, sink);
        Headers headers = message.properties().headers();
        for (int i = 0; i < headers.size(); i++) {
            sink.accept(wireName(headers.name(i)), headers.value(i));
        }
    }

    /** Each name once; what order and repeats there were is told by fields of its own. */
    public static Map<String, String> map(Message message) {
        Map<String, String> fields = new LinkedHashMap<>();
        envelope(message, fields::put);
        Headers headers = message.properties().headers();
        boolean ordered = headers.size() > 1;
        Set<String> seen = new HashSet<>();
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            order.append(i == 0 ? "" : "&").append(Packed.escape(name));
            if (name.length() <= NAME_LENGTH_MAX && seen.add(name)) {
                fields.put(wireName(name), headers.value(i));
            } else {
                fields.put(FieldNames.AT + i, headers.value(i));
                ordered = true;
            }
        }
        if (ordered) {
            fields.put(FieldNames.ORDER, order.toString());
        }
        return fields;
    }

    /** @param topic null: the fields name it */
    public static FieldReader reader(@Nullable Topic topic) {
        return new FieldReader(topic);
    }

    /** @throws io.signalbox.error.SignalboxException MALFORMED, naming the field; TOPIC_INVALID, TOPIC_TOO_DEEP */
    public static Message message(Iterable<Field> fields, byte[] payload) {
        FieldReader reader = reader(null);
        fields.forEach(field -> reader.add(field.name(), field.value()));
        return reader.message(payload);
    }

    /** @throws io.signalbox.error.SignalboxException as {@link #message(Iterable, byte[])} */
    public static Message message(Map<String, String> fields, byte[] payload) {
        FieldReader reader = reader(null);
        fields.forEach(reader::add);
        return reader.message(payload);
    }

    private static String wireName(String name) {
        return FieldNames.isTaken(name) ? FieldNames.OWN + name : name;
    }

    private static void envelope(Message message, BiConsumer<String, String> sink) {
        sink.accept(FieldNames.TOPIC, message.topic().text());
        if (message.guarantee() != Guarantee.AT_LEAST_ONCE) {
            sink.accept(FieldNames.QOS, Integer.toString(message.guarantee().qos()));
        }
        if (message.retain()) {
            sink.accept(FieldNames.RETAIN, "true");
        }
        if (message.priority() != Message.PRIORITY_DEFAULT) {
            sink.accept(FieldNames.PRIORITY, Integer.toString(message.priority()));
        }
        if (message.timestampMillis() != 0) {
            sink.accept(FieldNames.TIMESTAMP, Long.toString(message.timestampMillis()));
        }
        if (message.ttlMillis() != 0) {
            sink.accept(FieldNames.TTL, Long.toString(message.ttlMillis()));
        }
        if (message.properties() != MessageProperties.NONE) {
            properties(message.properties(), sink);
        }
    }

    private static void properties(MessageProperties properties, BiConsumer<String, String> sink) {
        put(sink, FieldNames.ID, properties.id());
        if (properties.kind() != MessageKind.EVENT) {
            sink.accept(FieldNames.KIND, properties.kind().name().toLowerCase(Locale.ROOT));
        }
        put(sink, FieldNames.FROM, properties.from());
        put(sink, FieldNames.TO, properties.to());
        put(sink, FieldNames.REPLY_TO, properties.replyTo());
        byte[] correlation = properties.correlation();
        if (correlation != null) {
            String text = Packed.text(correlation);
            if (text != null) {
                sink.accept(FieldNames.CORRELATION, text);
            } else {
                sink.accept(FieldNames.CORRELATION_BASE64, Packed.base64(correlation));
            }
        }
        put(sink, FieldNames.CAUSATION_ID, properties.causationId());
        put(sink, FieldNames.TRACEPARENT, properties.traceparent());
        put(sink, FieldNames.ORDERING_KEY, properties.orderingKey());
        put(sink, FieldNames.IDEMPOTENCY_KEY, properties.idempotencyKey());
        put(sink, FieldNames.SCHEMA, properties.schemaName());
        put(sink, FieldNames.SCHEMA_VERSION, properties.schemaVersion());
        put(sink, FieldNames.CONTENT_TYPE, properties.contentType());
        put(sink, FieldNames.CONTENT_ENCODING, properties.contentEncoding());
        if (properties.utf8Payload()) {
            sink.accept(FieldNames.UTF8, "true");
        }
    }

    private static void put(BiConsumer<String, String> sink, String name, @Nullable String value) {
        if (value != null) {
            sink.accept(name, value);
        }
    }
}
