package io.signalbox.codecs.envelope;

import io.signalbox.codec.ContentEncoding;
import io.signalbox.codec.MediaTypes;
import io.signalbox.message.Message;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/**
 * How a payload stands in a document so that its bytes come back as they were: JSON as the value that it is, text as a
 * string, all else in base64.
 */
sealed interface EmbeddedPayload {
    record None() implements EmbeddedPayload {}

    record JsonValue(String text) implements EmbeddedPayload {}

    record Text(String text) implements EmbeddedPayload {}

    record Binary(byte[] bytes) implements EmbeddedPayload {}

    /** Without a content type, text is a string: nobody has said that it is JSON. */
    static EmbeddedPayload of(Message message) {
        byte[] bytes = message.payload();
        if (bytes.length == 0) {
            return new None();
        }
        String type = message.properties().contentType();
        boolean json = type != null && MediaTypes.isJson(type);
        boolean text =
                type == null || MediaTypes.isText(type) || message.properties().utf8Payload();
        boolean wrapped =
                !ContentEncoding.parse(message.properties().contentEncoding()).isEmpty();
        String decoded = wrapped || (!json && !text) ? null : utf8(bytes);
        if (decoded == null) {
            return new Binary(bytes);
        }
        if (json) {
            return isOneValue(decoded, bytes) ? new JsonValue(decoded) : new Binary(bytes);
        }
        return new Text(decoded);
    }

    default void write(JsonGenerator to, String name, String base64Name) {
        switch (this) {
            case None none -> {}
            case JsonValue(String text) -> {
                to.writeName(name);
                to.writeRawValue(text);
            }
            case Text(String text) -> to.writeStringProperty(name, text);
            case Binary(byte[] bytes) ->
                to.writeStringProperty(base64Name, Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** One value that fills its bytes: blanks around it would be lost, since they would be the document's. */
    private static boolean isOneValue(String text, byte[] bytes) {
        char last = text.charAt(text.length() - 1);
        if ("{[\"-0123456789tfn".indexOf(text.charAt(0)) < 0 || last <= ' ') {
            return false;
        }
        try (JsonParser parser = Json.PAYLOAD.createParser(ObjectReadContext.empty(), bytes)) {
            parser.nextToken();
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }
}
