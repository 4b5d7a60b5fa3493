package io.signalbox.gateway.amqp.message;

import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Writes encoded values into an array that grows. Not thread safe. Hot path. */
final class ValueWriter {
    private byte[] bytes;
    private int size;

    ValueWriter(int expectedBytes) {
        bytes = new byte[Math.max(64, expectedBytes)];
    }

    int size() {
        return size;
    }

    ByteBuffer written() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Forgets what came after. */
    void cutTo(int earlierSize) {
        size = earlierSize;
    }

    /** @return where the section's value begins */
    int section(int descriptor) {
        raw(0, 1);
        raw(0x53, 1);
        raw(descriptor, 1);
        return size;
    }

    /** @param constructor of a list or map with sizes of four bytes. @return to be given to {@link #endCompound} */
    int beginCompound(int constructor) {
        raw(constructor, 1);
        raw(0, 8);
        return size;
    }

    void endCompound(int begin, int count) {
        int end = size;
        size = begin - 8;
        raw(end - begin + 4, 4);
        raw(count, 4);
        size = end;
    }

    void writeNull() {
        raw(ValueReader.NULL, 1);
    }

    void bool(boolean value) {
        raw(value ? 0x41 : 0x42, 1);
    }

    void fixed(int constructor, long value, int width) {
        raw(constructor, 1);
        raw(value, width);
    }

    void uint(long value) {
        fixed(0x70, value, 4);
    }

    void uuid(UUID value) {
        fixed(0x98, value.getMostSignificantBits(), 8);
        raw(value.getLeastSignificantBits(), 8);
    }

    void string(String value) {
        variable(0xA1, value.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException it is not ASCII, as symbols are */
    void symbol(String value) {
        if (!isSymbol(value)) {
            throw new IllegalArgumentException("a symbol has ASCII characters alone");
        }
        variable(0xA3, value.getBytes(StandardCharsets.US_ASCII));
    }

    static boolean isSymbol(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }

    void binary(byte[] value) {
        variable(0xA0, value);
    }

    /** @throws IllegalArgumentException it is not one well-formed value */
    void encoded(byte[] value) {
        try {
            if (EncodedValues.check(value, 0, value.length, EncodedValues.Inspector.NONE) != value.length) {
                throw new IllegalArgumentException("it is more than one value");
            }
        } catch (Violation e) {
            throw new IllegalArgumentException(e.detail(), e);
        }
        append(value);
    }

    void append(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    private void variable(int shortConstructor, byte[] value) {
        if (value.length <= 0xFF) {
            raw(shortConstructor, 1);
            raw(value.length, 1);
        } else {
            raw(shortConstructor + 0x10, 1);
            raw(value.length, 4);
        }
        append(value);
    }

    private void raw(long value, int width) {
        room(width);
        for (int i = width - 1; i >= 0; i--) {
            bytes[size++] = (byte) (value >>> 8 * i);
        }
    }

    private void room(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
