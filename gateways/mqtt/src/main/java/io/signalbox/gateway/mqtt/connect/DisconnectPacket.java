package io.signalbox.gateway.mqtt.connect;

import io.netty.buffer.ByteBuf;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * DISCONNECT from a client (MQTT 5, 3.14).
 *
 * @param sessionExpirySeconds null: as before
 */
public record DisconnectPacket(int reason, @Nullable Long sessionExpirySeconds) {
    private static final long IDS =
            Property.set(Property.SESSION_EXPIRY, Property.REASON_STRING, Property.USER_PROPERTY);

    /** The client goes as planned: its will is forgotten. */
    public boolean normal() {
        return reason == 0;
    }

    public static DisconnectPacket read(ByteBuf in, int end, boolean five) {
        int reason = 0;
        Long expiry = null;
        if (five && in.readerIndex() < end) {
            reason = Fields.readByte(in, end);
            checkReason(reason);
            if (in.readerIndex() < end) {
                int propertiesEnd = Property.readEnd(in, end);
                long seen = 0;
                while (in.readerIndex() < propertiesEnd) {
                    int id = Property.read(in, propertiesEnd, IDS, seen);
                    seen |= 1L << id;
                    if (id == Property.SESSION_EXPIRY) {
                        expiry = Fields.readInt(in, propertiesEnd);
                    } else {
                        Fields.readText(in, propertiesEnd);
                        if (id == Property.USER_PROPERTY) {
                            Fields.readText(in, propertiesEnd);
                        }
                    }
                }
            }
        }
        if (in.readerIndex() != end) {
            throw ProtocolException.malformed("DISCONNECT has bytes behind its last field");
        }
        return new DisconnectPacket(reason, expiry);
    }

    private static void checkReason(int reason) {
        switch (reason) {
            case 0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99 -> {}
            default ->
                throw ProtocolException.malformed("DISCONNECT has reason code 0x" + Integer.toHexString(reason)
                        + ", which is not one of a client's (MQTT 5, 3.14.2.1)");
        }
    }
}
