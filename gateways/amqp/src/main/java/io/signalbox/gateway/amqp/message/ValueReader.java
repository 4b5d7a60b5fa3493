package io.signalbox.gateway.amqp.message;

import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads encoded values one after the other. Every length is held against what is there before anything is made of it.
 * Not thread safe. Hot path.
 */
final class ValueReader {
    static final int NULL = 0x40;

    private final byte[] bytes;
    private int at;
    private final int end;

    ValueReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    ValueReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    int at() {
        return at;
    }

    byte[] bytes() {
        return bytes;
    }

    /** @return the section's descriptor, with this reader at its value */
    int readSection() {
        if (next() != 0) {
            throw Violation.malformed("a section of a message does not begin with a descriptor (3.2)");
        }
        int code = next();
        int section = switch (code) {
            case 0x53 -> next();
            case 0x80 -> {
                long number = number(8);
                yield number < 0 || number > 0xFF ? 0 : (int) number;
            }
            case 0xA3 -> Section.ofName(latin(next()));
            case 0xB3 -> Section.ofName(latin(length()));
            default -> 0;
        };
        if (section < Section.HEADER || section > Section.FOOTER) {
            throw Violation.malformed("a message holds a section that is not known (3.2)");
        }
        return section;
    }

    /** Steps into a list. @return how many fields it has; null fields count */
    int readList() {
        int code = next();
        return switch (code) {
            case 0x45 -> 0;
            case 0xC0 -> count(next(), 1);
            case 0xD0 -> count(length(), 4);
            default -> throw type("a list", code);
        };
    }

    /** Steps into a map. @return how many keys and values it has */
    int readMap() {
        int code = next();
        int count = switch (code) {
            case 0xC1 -> count(next(), 1);
            case 0xD1 -> count(length(), 4);
            case NULL -> 0;
            default -> throw type("a map", code);
        };
        if (count % 2 != 0) {
            throw Violation.malformed("a map has " + count + " keys and values, which is odd");
        }
        return count;
    }

    private int count(int size, int width) {
        need(size);
        int before = at;
        need(width);
        int count = width == 1 ? next() : length();
        if (count > size - (at - before)) {
            throw Violation.malformed("a value announces " + count + " elements in " + size + " bytes");
        }
        return count;
    }

    int peek() {
        need(1);
        return bytes[at] & 0xFF;
    }

    /** @return true if the next value is null, which is then read */
    boolean readNull() {
        if (peek() == NULL) {
            at++;
            return true;
        }
        return false;
    }

    boolean readBoolean() {
        int code = next();
        return switch (code) {
            case 0x41 -> true;
            case 0x42 -> false;
            case 0x56 -> next() != 0;
            default -> throw type("a boolean", code);
        };
    }

    /** Of whatever width, signed or not. */
    long readNumber() {
        int code = next();
        return switch (code) {
            case 0x43, 0x44 -> 0;
            case 0x50, 0x52, 0x53 -> next();
            case 0x51, 0x54, 0x55 -> (byte) next();
            case 0x60 -> number(2);
            case 0x61 -> (short) number(2);
            case 0x70 -> number(4);
            case 0x71 -> (int) number(4);
            case 0x80, 0x81, 0x83 -> number(8);
            default -> throw type("a number", code);
        };
    }

    /** A string or a symbol. */
    String readText() {
        int code = next();
        return switch (code) {
            case 0xA1 -> utf8(next());
            case 0xB1 -> utf8(length());
            case 0xA3 -> latin(next());
            case 0xB3 -> latin(length());
            default -> throw type("a text", code);
        };
    }

    byte[] readBinary() {
        int code = next();
        return switch (code) {
            case 0xA0 -> take(next());
            case 0xB0 -> take(length());
            default -> throw type("a binary", code);
        };
    }

    /** @return null for an absent field */
    @Nullable
    String readTextOrNull() {
        return readNull() ? null : readText();
    }

    /** Whatever it is. @return where it began */
    int skip() {
        int from = at;
        at = EncodedValues.check(bytes, at, end, EncodedValues.Inspector.NONE);
        return from;
    }

    /** @throws Violation it is none */
    void skipList() {
        int code = peek();
        if (code != 0x45 && code != 0xC0 && code != 0xD0) {
            throw type("a list", code);
        }
        skip();
    }

    long number(int width) {
        need(width);
        long number = 0;
        for (int i = 0; i < width; i++) {
            number = number << 8 | bytes[at++] & 0xFF;
        }
        return number;
    }

    int next() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    int length() {
        long length = number(4);
        if (length > end - at) {
            throw Violation.malformed("a value announces " + length + " bytes and has " + (end - at));
        }
        return (int) length;
    }

    byte[] take(int count) {
        need(count);
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    String utf8(int count) {
        need(count);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, count))
                    .toString();
            at += count;
            return text;
        } catch (CharacterCodingException e) {
            throw Violation.malformed("a string is not UTF-8");
        }
    }

    String latin(int count) {
        need(count);
        at += count;
        return new String(bytes, at - count, count, StandardCharsets.ISO_8859_1);
    }

    private void need(int count) {
        if (count > end - at) {
            throw Violation.malformed("a value needs " + count + " bytes and has " + (end - at));
        }
    }

    private static Violation type(String wanted, int code) {
        return Violation.malformed("0x" + Integer.toHexString(code) + " where " + wanted + " belongs");
    }
}
