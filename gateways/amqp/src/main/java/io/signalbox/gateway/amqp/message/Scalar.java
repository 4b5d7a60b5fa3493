package io.signalbox.gateway.amqp.message;

import io.signalbox.gateway.amqp.frame.Violation;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A value of an application property or an annotation: the text by which every protocol knows it, and AMQP's type of
 * it, without which it would come back as a string.
 *
 * @param type one of the letters below
 */
record Scalar(char type, String text) {
    static final char STRING = 's';
    static final char SYMBOL = 'S';
    static final char BOOLEAN = '?';
    static final char BYTE = 'b';
    static final char UBYTE = 'B';
    static final char SHORT = 'h';
    static final char USHORT = 'H';
    static final char INT = 'i';
    static final char UINT = 'I';
    static final char LONG = 'l';
    static final char ULONG = 'L';
    static final char FLOAT = 'f';
    static final char DOUBLE = 'd';
    static final char TIMESTAMP = 't';
    static final char CHAR = 'c';
    static final char UUID = 'u';

    /** Text is base64. */
    static final char BINARY = 'y';

    static final char NULL = 'n';

    /** Anything else; text is the encoded value in hexadecimal digits. */
    static final char ENCODED = 'x';

    /** @throws Violation it is not well formed */
    static Scalar read(ValueReader in) {
        return switch (in.peek()) {
            case ValueReader.NULL -> {
                in.next();
                yield new Scalar(NULL, "");
            }
            case 0x41, 0x42, 0x56 -> new Scalar(BOOLEAN, Boolean.toString(in.readBoolean()));
            case 0x51 -> number(BYTE, in);
            case 0x50 -> number(UBYTE, in);
            case 0x61 -> number(SHORT, in);
            case 0x60 -> number(USHORT, in);
            case 0x54, 0x71 -> number(INT, in);
            case 0x43, 0x52, 0x70 -> number(UINT, in);
            case 0x55, 0x81 -> number(LONG, in);
            case 0x44, 0x53, 0x80 -> new Scalar(ULONG, Long.toUnsignedString(in.readNumber()));
            case 0x83 -> number(TIMESTAMP, in);
            case 0x72 -> {
                in.next();
                yield new Scalar(FLOAT, Float.toString(Float.intBitsToFloat((int) in.number(4))));
            }
            case 0x82 -> {
                in.next();
                yield new Scalar(DOUBLE, Double.toString(Double.longBitsToDouble(in.number(8))));
            }
            case 0x73 -> character(in);
            case 0x98 -> {
                in.next();
                yield new Scalar(UUID, new UUID(in.number(8), in.number(8)).toString());
            }
            case 0xA0, 0xB0 -> new Scalar(BINARY, Base64.getEncoder().encodeToString(in.readBinary()));
            case 0xA1, 0xB1 -> new Scalar(STRING, in.readText());
            case 0xA3, 0xB3 -> new Scalar(SYMBOL, in.readText());
            default -> {
                int from = in.skip();
                yield new Scalar(ENCODED, HexFormat.of().formatHex(in.bytes(), from, in.at()));
            }
        };
    }

    private static Scalar number(char type, ValueReader in) {
        return new Scalar(type, Long.toString(in.readNumber()));
    }

    private static Scalar character(ValueReader in) {
        in.next();
        int codePoint = (int) in.number(4);
        if (!Character.isValidCodePoint(codePoint)) {
            throw Violation.malformed("a char is no character of Unicode");
        }
        return new Scalar(CHAR, Character.toString(codePoint));
    }

    /** A text that is none of its type's (somebody else has changed it) is written as a string. */
    void write(ValueWriter out) {
        int before = out.size();
        try {
            writeTyped(out);
        } catch (IllegalArgumentException notOfThisType) {
            out.cutTo(before);
            out.string(text);
        }
    }

    private void writeTyped(ValueWriter out) {
        switch (type) {
            case NULL -> out.writeNull();
            case BOOLEAN -> out.bool(text.equals("true"));
            case BYTE -> out.fixed(0x51, Byte.parseByte(text), 1);
            case UBYTE -> out.fixed(0x50, bounded(0xFF), 1);
            case SHORT -> out.fixed(0x61, Short.parseShort(text), 2);
            case USHORT -> out.fixed(0x60, bounded(0xFFFF), 2);
            case INT -> out.fixed(0x71, Integer.parseInt(text), 4);
            case UINT -> out.fixed(0x70, bounded(0xFFFF_FFFFL), 4);
            case LONG -> out.fixed(0x81, Long.parseLong(text), 8);
            case ULONG -> out.fixed(0x80, Long.parseUnsignedLong(text), 8);
            case TIMESTAMP -> out.fixed(0x83, Long.parseLong(text), 8);
            case FLOAT -> out.fixed(0x72, Float.floatToIntBits(Float.parseFloat(text)), 4);
            case DOUBLE -> out.fixed(0x82, Double.doubleToLongBits(Double.parseDouble(text)), 8);
            case CHAR -> out.fixed(0x73, text.codePointAt(0), 4);
            case UUID -> out.uuid(java.util.UUID.fromString(text));
            case BINARY -> out.binary(Base64.getDecoder().decode(text));
            case SYMBOL -> out.symbol(text);
            case ENCODED -> out.encoded(HexFormat.of().parseHex(text));
            default -> out.string(text);
        }
    }

    /** As an object of the language, to be compared with; null if it is none, or its text is not of its type. */
    @Nullable
    Object value() {
        try {
            return switch (type) {
                case STRING, SYMBOL, CHAR, UUID -> text;
                case BOOLEAN -> Boolean.valueOf(text);
                case BYTE, UBYTE, SHORT, USHORT, INT, UINT, LONG, TIMESTAMP -> Long.valueOf(text);
                case ULONG -> Long.parseUnsignedLong(text);
                case FLOAT, DOUBLE -> Double.valueOf(text);
                default -> null;
            };
        } catch (NumberFormatException e) {
            return null; // anybody may have written the type
        }
    }

    private long bounded(long max) {
        long number = Long.parseLong(text);
        if (number < 0 || number > max) {
            throw new IllegalArgumentException(text + " is not within 0 and " + max);
        }
        return number;
    }

    /** Can a message or correlation id be of that type (3.2.4)? */
    static boolean isIdType(char letter) {
        return letter == STRING || letter == ULONG || letter == UUID || letter == BINARY;
    }

    static boolean isType(char letter) {
        return Arrays.binarySearch(LETTERS, letter) >= 0;
    }

    private static final char[] LETTERS = letters();

    private static char[] letters() {
        char[] letters = "sS?bBhHiIlLfdtcuynx".toCharArray();
        Arrays.sort(letters);
        return letters;
    }
}
