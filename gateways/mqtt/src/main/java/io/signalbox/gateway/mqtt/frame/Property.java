package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;

/** Property identifiers (MQTT 5, 2.2.2.2), and the walk over a list of them. */
public final class Property {
    public static final int PAYLOAD_FORMAT = 0x01;
    public static final int MESSAGE_EXPIRY = 0x02;
    public static final int CONTENT_TYPE = 0x03;
    public static final int RESPONSE_TOPIC = 0x08;
    public static final int CORRELATION_DATA = 0x09;
    public static final int SUBSCRIPTION_ID = 0x0B;
    public static final int SESSION_EXPIRY = 0x11;
    public static final int ASSIGNED_CLIENT_ID = 0x12;
    public static final int SERVER_KEEP_ALIVE = 0x13;
    public static final int AUTHENTICATION_METHOD = 0x15;
    public static final int AUTHENTICATION_DATA = 0x16;
    public static final int REQUEST_PROBLEM_INFORMATION = 0x17;
    public static final int WILL_DELAY = 0x18;
    public static final int REQUEST_RESPONSE_INFORMATION = 0x19;
    public static final int RESPONSE_INFORMATION = 0x1A;
    public static final int REASON_STRING = 0x1F;
    public static final int RECEIVE_MAXIMUM = 0x21;
    public static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    public static final int TOPIC_ALIAS = 0x23;
    public static final int RETAIN_AVAILABLE = 0x25;
    public static final int USER_PROPERTY = 0x26;
    public static final int MAXIMUM_PACKET_SIZE = 0x27;
    public static final int WILDCARD_AVAILABLE = 0x28;
    public static final int SUBSCRIPTION_ID_AVAILABLE = 0x29;
    public static final int SHARED_AVAILABLE = 0x2A;

    private Property() {}

    /** @return where the property list that begins here ends, at most {@code end} */
    public static int readEnd(ByteBuf in, int end) {
        int length = VarInt.read(in, end);
        Fields.need(in, end, length);
        return in.readerIndex() + length;
    }

    /** The set of identifiers as bits. */
    public static long set(int... ids) {
        long bits = 0;
        for (int id : ids) {
            bits |= 1L << id;
        }
        return bits;
    }

    /**
     * Reads the next identifier.
     *
     * @param allowed of {@link #set}: what the packet may have
     * @param seen bits of those before
     * @return the identifier
     */
    public static int read(ByteBuf in, int end, long allowed, long seen) {
        int id = VarInt.read(in, end);
        if (id >= Long.SIZE || (allowed >>> id & 1) == 0) {
            throw ProtocolException.malformed(
                    "property 0x" + Integer.toHexString(id) + " is not one of this packet's (MQTT 5, 2.2.2.2)");
        }
        if ((seen >>> id & 1) != 0 && id != USER_PROPERTY) {
            throw ProtocolException.violation("property 0x" + Integer.toHexString(id) + " is there twice");
        }
        return id;
    }

    /** A byte that is 0 or 1. */
    public static boolean readFlag(ByteBuf in, int end, String name) {
        int value = Fields.readByte(in, end);
        if (value > 1) {
            throw ProtocolException.violation(name + " is " + value + "; it must be 0 or 1");
        }
        return value == 1;
    }

    /** Reads over the properties of an acknowledgement: a reason string and user properties that nobody here reads. */
    public static void skipAck(ByteBuf in, int end) {
        int propertiesEnd = readEnd(in, end);
        long seen = 0;
        while (in.readerIndex() < propertiesEnd) {
            int id = read(in, propertiesEnd, ACK, seen);
            seen |= 1L << id;
            Fields.readText(in, propertiesEnd);
            if (id == USER_PROPERTY) {
                Fields.readText(in, propertiesEnd);
            }
        }
    }

    private static final long ACK = set(REASON_STRING, USER_PROPERTY);
}
