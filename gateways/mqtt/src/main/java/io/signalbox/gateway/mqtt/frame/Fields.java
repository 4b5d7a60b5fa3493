package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The primitive types of MQTT 5, 1.5, read strictly: nothing runs past {@code end}, text is well-formed UTF-8 without
 * U+0000, and nothing is allocated beyond the bytes that are there.
 */
public final class Fields {
    private static final byte[] EMPTY = new byte[0];

    private Fields() {}

    public static int readByte(ByteBuf in, int end) {
        need(in, end, 1);
        return in.readUnsignedByte();
    }

    public static int readShort(ByteBuf in, int end) {
        need(in, end, 2);
        return in.readUnsignedShort();
    }

    /** A packet identifier, which is never 0 (MQTT 5, 2.2.1). */
    public static int readPacketId(ByteBuf in, int end) {
        int id = readShort(in, end);
        if (id == 0) {
            throw ProtocolException.violation("the packet identifier is 0; it must be 1 to 65535 (MQTT 5, 2.2.1)");
        }
        return id;
    }

    public static long readInt(ByteBuf in, int end) {
        need(in, end, 4);
        return in.readUnsignedInt();
    }

    public static byte[] readBinary(ByteBuf in, int end) {
        int length = readShort(in, end);
        need(in, end, length);
        return readBytes(in, length);
    }

    public static byte[] readBytes(ByteBuf in, int length) {
        if (length == 0) {
            return EMPTY;
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return bytes;
    }

    public static String readText(ByteBuf in, int end) {
        int length = readShort(in, end);
        need(in, end, length);
        byte[] bytes = readBytes(in, length);
        return text(bytes, 0, length);
    }

    /** Decodes UTF-8, refusing what the JDK would silently replace. */
    public static String text(byte[] bytes, int from, int length) {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        if (text.indexOf(0) >= 0) {
            throw ProtocolException.malformed("a text has the character U+0000 (MQTT 5, 1.5.4)");
        }
        // The JDK replaces each malformed sequence by U+FFFD; a text that has it must be what was sent.
        if (text.indexOf('\uFFFD') >= 0) {
            byte[] again = text.getBytes(StandardCharsets.UTF_8);
            if (!Arrays.equals(again, 0, again.length, bytes, from, from + length)) {
                throw ProtocolException.malformed("a text is not well-formed UTF-8 (MQTT 5, 1.5.4)");
            }
        }
        return text;
    }

    public static void need(ByteBuf in, int end, int bytes) {
        if (end - in.readerIndex() < bytes) {
            throw ProtocolException.malformed("a field of " + bytes
                    + " bytes runs past the end of its packet, which has " + (end - in.readerIndex()) + " left");
        }
    }

    public static void writeText(ByteBuf out, byte[] utf8) {
        out.writeShort(utf8.length);
        out.writeBytes(utf8);
    }
}
