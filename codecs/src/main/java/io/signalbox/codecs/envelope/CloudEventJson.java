package io.signalbox.codecs.envelope;

import io.signalbox.codecs.json.Faults;
import io.signalbox.message.Message;
import io.signalbox.message.envelope.CloudEvents;
import io.signalbox.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/** A message as a CloudEvent 1.0 in structured mode, JSON event format. Binary mode needs no JSON: it is in core. */
public final class CloudEventJson {
    public static final String MEDIA_TYPE = "application/cloudevents+json";

    private static final String DATA = "data";
    private static final String DATA_BASE64 = "data_base64";
    private static final String DATACONTENTTYPE = "datacontenttype";
    private static final String NOTE = "sbnote";

    private CloudEventJson() {}

    public static byte[] write(Message message) {
        EmbeddedPayload payload = EmbeddedPayload.of(message);
        Map<String, String> attributes = new LinkedHashMap<>(CloudEvents.attributes(message));
        if (!attributes.containsKey(DATACONTENTTYPE)) {
            sayWhatDataIs(payload, message, attributes);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.payload().length + 512);
        try (JsonGenerator to = Json.DOCUMENT.createGenerator(ObjectWriteContext.empty(), out)) {
            to.writeStartObject();
            attributes.forEach(to::writeStringProperty);
            payload.write(to, DATA, DATA_BASE64);
            to.writeEndObject();
        }
        return out.toByteArray();
    }

    /** Data without a content type is JSON to every reader (JSON event format, 3.1), so something else says it is not. */
    private static void sayWhatDataIs(EmbeddedPayload payload, Message message, Map<String, String> attributes) {
        String standIn = switch (payload) {
            case EmbeddedPayload.None none -> null;
            case EmbeddedPayload.JsonValue json -> null;
            case EmbeddedPayload.Text text -> "text/plain";
            case EmbeddedPayload.Binary binary -> "application/octet-stream";
        };
        if (standIn != null) {
            attributes.put(DATACONTENTTYPE, standIn);
            if (message.properties().contentType() == null) {
                attributes.merge(NOTE, "-" + DATACONTENTTYPE, (known, more) -> known + " " + more);
            }
        }
    }

    /**
     * @param topic null: the subject names it
     * @throws io.signalbox.error.SignalboxException MALFORMED, naming the attribute; TOPIC_INVALID, TOPIC_TOO_DEEP
     */
    public static Message read(byte[] event, @Nullable Topic topic) {
        Document document = new Document(event);
        Map<String, String> attributes = new LinkedHashMap<>();
        try (JsonParser parser = Json.DOCUMENT.createParser(ObjectReadContext.empty(), event)) {
            read(parser, document, attributes);
        } catch (JacksonException e) {
            throw Json.malformed(Faults.describe(e));
        }
        if (document.hasValue()) {
            attributes.putIfAbsent(DATACONTENTTYPE, "application/json");
        }
        byte[] payload = document.payload(attributes.get(DATACONTENTTYPE));
        return CloudEvents.message(attributes, topic, payload);
    }

    private static void read(JsonParser parser, Document document, Map<String, String> attributes) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw Json.malformed("it is no object");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals(DATA)) {
                document.value(parser);
            } else if (name.equals(DATA_BASE64) && token == JsonToken.VALUE_STRING) {
                document.base64(parser.getString());
            } else if (token != JsonToken.VALUE_NULL) {
                if (!token.isScalarValue() || attributes.put(name, parser.getString()) != null) {
                    throw Json.malformed("'" + name + "' is no plain value, or comes twice");
                }
            }
        }
        if (parser.nextToken() != null) {
            throw Json.malformed("something follows it");
        }
    }
}
