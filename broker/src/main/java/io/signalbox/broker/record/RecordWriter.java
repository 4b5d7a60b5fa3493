package io.signalbox.broker.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A growing buffer that its owner reuses for one record after the other. Not thread safe. */
public final class RecordWriter {
    private static final byte[] NOTHING = new byte[0];

    private byte[] bytes = new byte[512];
    private int length;

    public RecordWriter clear() {
        length = 0;
        return this;
    }

    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    public RecordWriter octet(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** Seven bits a byte, low ones first; negative numbers take ten bytes. */
    public RecordWriter varint(long value) {
        ensure(10);
        while ((value & ~0x7FL) != 0) {
            bytes[length++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        bytes[length++] = (byte) value;
        return this;
    }

    public RecordWriter raw(byte[] value, int offset, int count) {
        ensure(count);
        System.arraycopy(value, offset, bytes, length, count);
        length += count;
        return this;
    }

    public RecordWriter raw(byte[] value) {
        return raw(value, 0, value.length);
    }

    public RecordWriter bytes(byte[] value) {
        return varint(value.length).raw(value);
    }

    public RecordWriter string(String value) {
        int chars = value.length();
        ensure(chars + 5);
        int mark = length;
        varint(chars);
        int start = length;
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                length = mark;
                return bytes(value.getBytes(StandardCharsets.UTF_8));
            }
            bytes[start + i] = (byte) c;
        }
        length = start + chars;
        return this;
    }

    /** Null and empty are told apart. */
    public RecordWriter optionalBytes(byte @Nullable [] value) {
        return value == null ? varint(0) : varint(value.length + 1L).raw(value);
    }

    public RecordWriter optional(@Nullable String value) {
        return value == null
                ? varint(0)
                : optionalBytes(value.isEmpty() ? NOTHING : value.getBytes(StandardCharsets.UTF_8));
    }
}
