package io.signalbox.codecs.envelope;

import io.signalbox.codecs.json.Faults;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.envelope.Field;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/**
 * A message as one JSON object, the payload inside of it as readable as it can be:
 *
 * <pre>
 * {"metadata": {"messageId": "...", "timestamp": "2026-11-26T08:00:00Z", "topic": "orders/new", "source": "shop",
 *               "correlationId": "...", "messageType": "order", "version": "1.2", "contentType": "application/json"},
 *  "payload": {"item": "book"}}
 * </pre>
 *
 * <p>Payloads that are neither JSON nor text stand under {@code payloadBase64}. What has its default is left out.
 */
public final class JsonEnvelope {
    private static final String METADATA = "metadata";
    private static final String PAYLOAD = "payload";
    private static final String PAYLOAD_BASE64 = "payloadBase64";
    private static final String HEADERS = "headers";

    private static final Map<String, String> KEY_OF_FIELD = Map.ofEntries(
            Map.entry(FieldNames.ID, "messageId"),
            Map.entry(FieldNames.TIMESTAMP, "timestamp"),
            Map.entry(FieldNames.TOPIC, "topic"),
            Map.entry(FieldNames.FROM, "source"),
            Map.entry(FieldNames.CORRELATION, "correlationId"),
            Map.entry(FieldNames.CORRELATION_BASE64, "correlationBase64"),
            Map.entry(FieldNames.SCHEMA, "messageType"),
            Map.entry(FieldNames.SCHEMA_VERSION, "version"),
            Map.entry(FieldNames.TO, "to"),
            Map.entry(FieldNames.REPLY_TO, "replyTo"),
            Map.entry(FieldNames.KIND, "kind"),
            Map.entry(FieldNames.CAUSATION_ID, "causationId"),
            Map.entry(FieldNames.TRACEPARENT, "traceparent"),
            Map.entry(FieldNames.PRIORITY, "priority"),
            Map.entry(FieldNames.TTL, "ttlMillis"),
            Map.entry(FieldNames.QOS, "qos"),
            Map.entry(FieldNames.RETAIN, "retain"),
            Map.entry(FieldNames.ORDERING_KEY, "orderingKey"),
            Map.entry(FieldNames.IDEMPOTENCY_KEY, "idempotencyKey"),
            Map.entry(FieldNames.CONTENT_TYPE, "contentType"),
            Map.entry(FieldNames.CONTENT_ENCODING, "contentEncoding"),
            Map.entry(FieldNames.UTF8, "utf8"));
    private static final Map<String, String> FIELD_OF_KEY =
            KEY_OF_FIELD.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

    private JsonEnvelope() {}

    public static byte[] write(Message message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.payload().length + 512);
        try (JsonGenerator to = Json.DOCUMENT.createGenerator(ObjectWriteContext.empty(), out)) {
            to.writeStartObject();
            to.writeObjectPropertyStart(METADATA);
            Headers headers = message.properties().headers();
            MessageFields.list(withoutHeaders(message)).forEach(field -> write(to, field));
            if (!headers.isEmpty()) {
                to.writeArrayPropertyStart(HEADERS);
                headers.forEach((name, value) -> {
                    to.writeStartArray();
                    to.writeString(name);
                    to.writeString(value);
                    to.writeEndArray();
                });
                to.writeEndArray();
            }
            to.writeEndObject();
            EmbeddedPayload.of(message).write(to, PAYLOAD, PAYLOAD_BASE64);
            to.writeEndObject();
        }
        return out.toByteArray();
    }

    private static Message withoutHeaders(Message message) {
        return message.toBuilder()
                .properties(
                        message.properties().toBuilder().headers(Headers.NONE).build())
                .build();
    }

    private static void write(JsonGenerator to, Field field) {
        String key = KEY_OF_FIELD.getOrDefault(field.name(), field.name());
        String value = field.value();
        switch (field.name()) {
            case FieldNames.PRIORITY, FieldNames.QOS, FieldNames.TTL -> {
                to.writeName(key);
                to.writeNumber(Long.parseLong(value));
            }
            case FieldNames.RETAIN, FieldNames.UTF8 -> to.writeBooleanProperty(key, Boolean.parseBoolean(value));
            case FieldNames.TIMESTAMP ->
                to.writeStringProperty(
                        key, Instant.ofEpochMilli(Long.parseLong(value)).toString());
            default -> to.writeStringProperty(key, value);
        }
    }

    /**
     * @param topic null: the document names it
     * @throws io.signalbox.error.SignalboxException MALFORMED, naming the part; TOPIC_INVALID, TOPIC_TOO_DEEP
     */
    public static Message read(byte[] document, @Nullable Topic topic) {
        try (JsonParser parser = Json.DOCUMENT.createParser(ObjectReadContext.empty(), document)) {
            return new Reading(document, topic).read(parser);
        } catch (JacksonException e) {
            throw Json.malformed(Faults.describe(e));
        }
    }

    private static final class Reading {
        private final Document document;
        private final FieldReader fields;
        private @Nullable String contentType;

        Reading(byte[] bytes, @Nullable Topic topic) {
            document = new Document(bytes);
            fields = MessageFields.reader(topic);
        }

        Message read(JsonParser parser) {
            require(parser.nextToken(), JsonToken.START_OBJECT, "it is no object");
            Set<String> seen = new HashSet<>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (!seen.add(name)) {
                    throw Json.malformed("it has '" + name + "' twice");
                }
                parser.nextToken();
                switch (name) {
                    case METADATA -> metadata(parser);
                    case PAYLOAD -> document.value(parser);
                    case PAYLOAD_BASE64 -> document.base64(string(parser, PAYLOAD_BASE64));
                    default -> throw Json.malformed("it has '" + name + "'; metadata and payload are known");
                }
            }
            if (parser.nextToken() != null) {
                throw Json.malformed("something follows it");
            }
            byte[] payload = document.payload(contentType);
            if (contentType == null && document.hasValue() && !document.hasText()) {
                fields.add(FieldNames.CONTENT_TYPE, "application/json");
            }
            return fields.message(payload);
        }

        private void metadata(JsonParser parser) {
            require(parser.currentToken(), JsonToken.START_OBJECT, "'metadata' is no object");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (key.equals(HEADERS)) {
                    headers(parser);
                } else if (value != JsonToken.VALUE_NULL) {
                    String text = scalar(parser, key);
                    String field = FIELD_OF_KEY.getOrDefault(key, FieldNames.OWN + key);
                    if (field.equals(FieldNames.CONTENT_TYPE)) {
                        contentType = text;
                    }
                    fields.add(field, text);
                }
            }
        }

        private void headers(JsonParser parser) {
            require(parser.currentToken(), JsonToken.START_ARRAY, "'headers' is no array");
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                parser.nextToken();
                String name = string(parser, HEADERS);
                parser.nextToken();
                String value = string(parser, HEADERS);
                require(parser.nextToken(), JsonToken.END_ARRAY, "a header is no pair of name and value");
                fields.add(FieldNames.OWN + name, value);
            }
            require(parser.currentToken(), JsonToken.END_ARRAY, "a header is no pair of name and value");
        }

        private static String string(JsonParser parser, String key) {
            require(parser.currentToken(), JsonToken.VALUE_STRING, "'" + key + "' holds something that is no string");
            return parser.getString();
        }

        private static String scalar(JsonParser parser, String key) {
            if (!parser.currentToken().isScalarValue()) {
                throw Json.malformed("'" + key + "' of its metadata is no plain value");
            }
            return parser.getString();
        }

        private static void require(@Nullable JsonToken found, JsonToken wanted, String otherwise) {
            if (found != wanted) {
                throw Json.malformed(otherwise);
            }
        }
    }
}
