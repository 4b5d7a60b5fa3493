package io.signalbox.transports.jdbc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Rows for COPY in its binary form (PostgreSQL, COPY, File Formats): each row the number of its columns in 2 bytes, each
 * column its length in 4, and as many bytes. Grows as it is filled. Not thread safe.
 */
final class CopyBuffer {
    /** "PGCOPY", a signature that line ends cannot survive, no flags, no extension. */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final int NULL = -1;

    private ByteBuffer buffer;

    /** @param bytes that are expected */
    CopyBuffer(int bytes) {
        buffer = ByteBuffer.allocate(Math.max(64, bytes)).put(HEADER);
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(buffer.position() + bytes, Math.addExact(buffer.capacity(), buffer.capacity() / 2));
            buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
        }
        return buffer;
    }

    void row(int columns) {
        room(Short.BYTES).putShort((short) columns);
    }

    void smallint(int number) {
        room(Integer.BYTES + Short.BYTES).putInt(Short.BYTES).putShort((short) number);
    }

    void integer(int number) {
        room(2 * Integer.BYTES).putInt(Integer.BYTES).putInt(number);
    }

    void bigint(long number) {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(number);
    }

    void text(@Nullable String text) {
        if (text == null) {
            room(Integer.BYTES).putInt(NULL);
        } else {
            bytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    void bytes(byte[] bytes) {
        room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
    }

    /** All of it, from the start of the array; {@link #size} bytes of that count. Nothing is added afterwards. */
    byte[] end() {
        room(Short.BYTES).putShort((short) NULL);
        return buffer.array();
    }

    int size() {
        return buffer.position();
    }
}
