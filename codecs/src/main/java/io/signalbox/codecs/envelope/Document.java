package io.signalbox.codecs.envelope;

import io.signalbox.codec.MediaTypes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The payload of a document that is being read: its place in the bytes is kept until the content type is known. */
final class Document {
    private final byte[] bytes;
    private int from = -1;
    private int to;
    private @Nullable String text;
    private byte @Nullable [] binary;

    Document(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasValue() {
        return from >= 0;
    }

    boolean hasText() {
        return text != null;
    }

    /** The parser stands on the value's first token, and on its last afterwards. */
    void value(JsonParser parser) {
        requireFirst();
        from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            text = parser.getString();
        }
        parser.skipChildren();
        parser.finishToken();
        to = (int) parser.currentLocation().getByteOffset();
    }

    void base64(String encoded) {
        requireFirst();
        try {
            binary = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw Json.malformed("its payload is no base64: " + e.getMessage());
        }
    }

    private void requireFirst() {
        if (from >= 0 || binary != null) {
            throw Json.malformed("it has two payloads");
        }
    }

    /** @param contentType null if there is none: then a string is text, and all else is JSON */
    byte[] payload(@Nullable String contentType) {
        if (binary != null) {
            return binary;
        }
        if (from < 0) {
            return new byte[0];
        }
        if (contentType == null ? text == null : MediaTypes.isJson(contentType)) {
            return Arrays.copyOfRange(bytes, from, to);
        }
        if (text == null) {
            throw Json.malformed("its payload is JSON, but its content type is '" + contentType + "'");
        }
        return utf8(text);
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[encoded.remaining()];
            encoded.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw Json.malformed("its payload has half of a surrogate pair");
        }
    }
}
