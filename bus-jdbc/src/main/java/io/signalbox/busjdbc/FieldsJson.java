package io.signalbox.busjdbc;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** All of a message but its payload as one JSON object of texts, so that people can read it in the table. */
final class FieldsJson {
    private static final JsonFactory JSON = new JsonFactory();

    private FieldsJson() {}

    static String write(Map<String, String> fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            fields.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        return text.toString();
    }

    /** @throws SignalboxException MALFORMED, if somebody has written something else into it */
    static Map<String, String> read(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new SignalboxException(ReasonCode.MALFORMED, "the fields of the message are no JSON object");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_STRING) {
                    throw new SignalboxException(ReasonCode.MALFORMED, "field '" + name + "' is no text");
                }
                fields.put(name, json.getString());
            }
        } catch (JacksonException broken) {
            throw new SignalboxException(
                    ReasonCode.MALFORMED, "the fields of the message cannot be read: " + broken.getMessage(), broken);
        }
        return fields;
    }
}
