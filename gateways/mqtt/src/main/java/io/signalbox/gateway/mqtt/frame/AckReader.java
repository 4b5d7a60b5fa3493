package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;

/** Reads what follows the packet identifier in PUBACK, PUBREC, PUBREL and PUBCOMP (MQTT 5, 3.4 to 3.7). */
public final class AckReader {
    private AckReader() {}

    /**
     * @param type of the packet
     * @return the reason code; 0 if there is none
     */
    public static int readReason(ByteBuf in, int end, boolean five, int type) {
        int reason = 0;
        if (five && in.readerIndex() < end) {
            reason = Fields.readByte(in, end);
            if (!known(type, reason)) {
                throw ProtocolException.malformed(PacketType.name(type) + " has reason code 0x"
                        + Integer.toHexString(reason) + ", which is not one of its own (MQTT 5, 2.4)");
            }
            if (in.readerIndex() < end) {
                Property.skipAck(in, end);
            }
        }
        if (in.readerIndex() != end) {
            throw ProtocolException.malformed(PacketType.name(type) + " has bytes behind its last field");
        }
        return reason;
    }

    private static boolean known(int type, int reason) {
        if (type == PacketType.PUBREL || type == PacketType.PUBCOMP) {
            return reason == 0 || reason == 0x92;
        }
        return switch (reason) {
            case 0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99 -> true;
            default -> false;
        };
    }
}
