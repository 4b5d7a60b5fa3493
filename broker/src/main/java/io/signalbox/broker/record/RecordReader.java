package io.signalbox.broker.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link RecordWriter} wrote. The log's checksums have vouched for the bytes, so a record that does not
 * parse is a bug or a newer format: it is refused with {@link IllegalStateException}, never guessed at.
 */
public final class RecordReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    public RecordReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    public boolean hasMore() {
        return at < end;
    }

    public int octet() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    public int peekOctet() {
        need(1);
        return bytes[at] & 0xFF;
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = octet();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new IllegalStateException("a number of more than ten bytes at " + at);
    }

    public int intVarint() {
        long value = varint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new IllegalStateException("number " + value + " at " + at + " is out of range");
        }
        return (int) value;
    }

    /** A count of things that take at least one byte each, so that a wrong one cannot make us allocate at will. */
    public int count() {
        int n = intVarint();
        need(n);
        return n;
    }

    public byte[] bytes() {
        return take(intVarint());
    }

    public String string() {
        int n = intVarint();
        need(n);
        String s = new String(bytes, at, n, StandardCharsets.UTF_8);
        at += n;
        return s;
    }

    public byte @Nullable [] optionalBytes() {
        int n = intVarint();
        return n == 0 ? null : take(n - 1);
    }

    public @Nullable String optional() {
        byte[] b = optionalBytes();
        return b == null ? null : new String(b, StandardCharsets.UTF_8);
    }

    private byte[] take(int n) {
        need(n);
        byte[] copy = Arrays.copyOfRange(bytes, at, at + n);
        at += n;
        return copy;
    }

    private void need(int n) {
        if (n < 0 || n > end - at) {
            throw new IllegalStateException("record ends at " + end + ", " + n + " bytes wanted at " + at);
        }
    }
}
