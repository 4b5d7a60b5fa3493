package io.signalbox.message.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.IntPredicate;

/** Percent-encoding of the UTF-8 bytes of a text (RFC 3986, 2.1). */
final class Percent {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Percent() {}

    /** @param plain which characters stay as they are; {@code %} never does */
    static String encode(String text, IntPredicate plain) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (c != '%' && plain.test(c)) {
                encoded.appendCodePoint(c);
            } else {
                for (byte each : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%');
                    HEX.toHexDigits(encoded, each);
                }
            }
        });
        return encoded.toString();
    }

    /** @throws IllegalArgumentException for a {@code %} without two hex digits, or bytes that are not UTF-8 */
    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int plainFrom = 0;
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', plainFrom)) {
            bytes.writeBytes(text.substring(plainFrom, i).getBytes(StandardCharsets.UTF_8));
            if (!isEscape(text, i)) {
                throw new IllegalArgumentException("'%' at place " + i + " lacks two hexadecimal digits");
            }
            bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
            plainFrom = i + 3;
        }
        bytes.writeBytes(text.substring(plainFrom).getBytes(StandardCharsets.UTF_8));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the percent-encoded bytes are not UTF-8", e);
        }
    }

    static boolean isEscape(String text, int at) {
        return text.charAt(at) == '%'
                && at + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(at + 1))
                && HexFormat.isHexDigit(text.charAt(at + 2));
    }
}
