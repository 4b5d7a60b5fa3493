package io.signalbox.transports.archive;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import io.signalbox.transport.StoredMessage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One message, one line:
 *
 * <pre>{@code
 * {"sequence":7,"time":"2026-01-01T00:00:00.123Z","topic":"orders/1","fields":{"sb-id":"..."},"payload":"..."}
 * }</pre>
 *
 * <p>{@code fields} are what {@link MessageFields} makes of the message, but for the topic. A payload that is not UTF-8
 * text is {@code payloadBase64}. Lines written by others need no more than {@code topic}.
 */
final class ArchiveLine {
    private static final JsonFactory JSON = new JsonFactory();

    private ArchiveLine() {}

    static byte[] encode(StoredMessage stored) {
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream(128 + stored.message().payload().length * 5 / 4);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeNumberProperty("sequence", stored.sequence());
            json.writeStringProperty(
                    "time", Instant.ofEpochMilli(stored.timeMillis()).toString());
            json.writeStringProperty("topic", stored.message().topic().text());
            json.writeObjectPropertyStart("fields");
            MessageFields.map(stored.message()).forEach((name, value) -> {
                if (!name.equals(FieldNames.TOPIC)) {
                    json.writeStringProperty(name, value);
                }
            });
            json.writeEndObject();
            String text = text(stored.message().payload());
            if (text != null) {
                json.writeStringProperty("payload", text);
            } else {
                json.writeStringProperty(
                        "payloadBase64",
                        Base64.getEncoder().encodeToString(stored.message().payload()));
            }
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static @Nullable String text(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** @throws SignalboxException MALFORMED, with what is wrong */
    static StoredMessage decode(byte[] line, int length) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line, 0, length)) {
            return new Reading().read(json);
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw new SignalboxException(
                    ReasonCode.MALFORMED,
                    "a line of " + length + " bytes is no archived message: " + e.getMessage(),
                    e);
        }
    }

    /** Members may come in any order; those that are not known are passed over. */
    private static final class Reading {
        private long sequence;
        private long timeMillis;
        private @Nullable String topic;
        private byte[] payload = {};
        private final Map<String, String> fields = new LinkedHashMap<>();

        StoredMessage read(JsonParser json) {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "sequence" -> sequence = json.getLongValue();
                    case "time" -> timeMillis = Instant.parse(json.getString()).toEpochMilli();
                    case "topic" -> topic = json.getString();
                    case "payload" -> payload = json.getString().getBytes(StandardCharsets.UTF_8);
                    case "payloadBase64" -> payload = Base64.getDecoder().decode(json.getString());
                    case "fields" -> readFields(json);
                    default -> json.skipChildren();
                }
            }
            if (topic == null) {
                throw new IllegalArgumentException("it has no topic");
            }
            FieldReader reader = MessageFields.reader(Topic.ofMqtt(topic));
            fields.forEach(reader::add);
            Message message = reader.message(payload);
            return new StoredMessage(sequence, timeMillis, message);
        }

        private void readFields(JsonParser json) {
            expect(json.currentToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                fields.put(name, json.getString());
            }
        }

        private static void expect(@Nullable JsonToken actual, JsonToken expected) {
            if (actual != expected) {
                throw new IllegalArgumentException("found " + actual + " where " + expected + " belongs");
            }
        }
    }
}
