package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;

/** Variable byte integers (MQTT 5, 1.5.5): 1 to 4 bytes, and no more bytes than needed. */
public final class VarInt {
    public static final int MAX = 268_435_455;

    private VarInt() {}

    /** Reads one that must be complete before {@code end}. */
    public static int read(ByteBuf in, int end) {
        int value = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            if (in.readerIndex() >= end) {
                throw ProtocolException.malformed("a variable byte integer runs past the end of its packet");
            }
            int b = in.readByte();
            value |= (b & 0x7F) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    throw ProtocolException.malformed(
                            "a variable byte integer has more bytes than it needs (MQTT 5, 1.5.5)");
                }
                return value;
            }
        }
        throw ProtocolException.malformed("a variable byte integer has more than 4 bytes (MQTT 5, 1.5.5)");
    }

    public static int size(int value) {
        if (value < 0x80) {
            return 1;
        }
        if (value < 0x4000) {
            return 2;
        }
        return value < 0x20_0000 ? 3 : 4;
    }

    public static void write(ByteBuf out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.writeByte(rest | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
