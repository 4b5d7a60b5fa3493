package io.signalbox.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;

/** Text of JSON, both ways. A class of its own, so that commands that print none do not load the library. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private Json() {}

    /** On one line. */
    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** For people. */
    static String indented(Object value) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    /** @throws JacksonException it is not a JSON object */
    static Map<String, @Nullable Object> object(String text) {
        return MAPPER.readValue(text, OBJECT);
    }

    /** Whether it is one value of JSON and nothing after it. */
    static boolean isValid(String text) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }
}
