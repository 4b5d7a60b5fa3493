package io.signalbox.systemtests.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One control packet as it came: the first byte and what follows the remaining length.
 *
 * @param first packet type (high four bits) and flags
 * @param body variable header and payload
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Frame(int first, byte[] body) {
    public static final int CONNACK = 2;
    public static final int PUBLISH = 3;
    public static final int PUBACK = 4;
    public static final int PUBREC = 5;
    public static final int PUBREL = 6;
    public static final int PUBCOMP = 7;
    public static final int SUBACK = 9;
    public static final int PINGRESP = 13;
    public static final int DISCONNECT = 14;

    /** Blocks for one whole packet; {@link EOFException} when the server closed the connection. */
    static Frame read(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int digit = in.readUnsignedByte();
            length |= (digit & 0x7f) << shift;
            if (digit < 0x80) {
                break;
            }
            if (shift == 21) {
                throw new IOException("remaining length of more than four bytes");
            }
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return new Frame(first, body);
    }

    public int type() {
        return first >> 4;
    }

    /** Packet identifier of an acknowledgement, which is its first field. */
    public int ackedId() {
        return unsignedShort(0);
    }

    /** Reason code of a v5 acknowledgement; 0 when it was left out, and in v3.1.1 always. */
    public int ackReason() {
        return body.length > 2 ? body[2] & 0xff : 0;
    }

    public boolean isDuplicate() {
        return (first & 0x08) != 0;
    }

    public int qos() {
        return first >> 1 & 3;
    }

    public boolean isRetained() {
        return (first & 1) != 0;
    }

    public String topic() {
        return new String(body, 2, unsignedShort(0), StandardCharsets.UTF_8);
    }

    /** Packet identifier of a PUBLISH with QoS 1 or 2. */
    public int publishId() {
        return unsignedShort(2 + unsignedShort(0));
    }

    /** Payload of a PUBLISH of the given protocol version. */
    public byte[] payload(Version version) {
        int at = 2 + unsignedShort(0) + (qos() > 0 ? 2 : 0);
        if (version == Version.V5) {
            int length = 0;
            for (int shift = 0; ; shift += 7) {
                int digit = body[at++] & 0xff;
                length |= (digit & 0x7f) << shift;
                if (digit < 0x80) {
                    break;
                }
            }
            at += length;
        }
        return Arrays.copyOfRange(body, at, body.length);
    }

    private int unsignedShort(int at) {
        return (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
    }
}
