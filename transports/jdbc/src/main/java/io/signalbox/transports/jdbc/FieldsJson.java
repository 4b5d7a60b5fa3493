package io.signalbox.transports.jdbc;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.io.StringWriter;
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

/** The fields of a message as one JSON object of texts, so that SQL can look into them. */
final class FieldsJson {
    /** Of a message that has no fields. */
    static final String NONE = "{}";

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

    /** Numbers and booleans are texts: people write them so. @throws SignalboxException MALFORMED */
    static Map<String, String> read(String text) {
        if (text.equals(NONE)) {
            return Map.of(); // as most are: no parser is made for it
        }
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("it is no object", null);
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == null || !value.isScalarValue()) {
                    throw malformed("field '" + name + "' is no text", null);
                }
                if (value != JsonToken.VALUE_NULL) {
                    fields.put(name, json.getString());
                }
            }
        } catch (JacksonException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        }
        return fields;
    }

    private static SignalboxException malformed(String why, @Nullable Throwable cause) {
        String detail = "the fields of a message cannot be read: " + why;
        return cause == null
                ? new SignalboxException(ReasonCode.MALFORMED, detail)
                : new SignalboxException(ReasonCode.MALFORMED, detail, cause);
    }
}
