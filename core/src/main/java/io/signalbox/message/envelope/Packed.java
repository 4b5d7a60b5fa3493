package io.signalbox.message.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How bytes and lists fit into one text. */
final class Packed {
    private Packed() {}

    /** Null if the bytes are not UTF-8, or hold U+0000, which not every engine carries in a text. */
    static @Nullable String text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') < 0 ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** @throws IllegalArgumentException if it is none */
    static byte[] ofBase64(String text) {
        return Base64.getDecoder().decode(text);
    }

    static String escape(String name) {
        return name.indexOf('%') < 0 && name.indexOf('&') < 0
                ? name
                : name.replace("%", "%25").replace("&", "%26");
    }

    static String unescape(String name) {
        return name.indexOf('%') < 0 ? name : name.replace("%26", "&").replace("%25", "%");
    }
}
