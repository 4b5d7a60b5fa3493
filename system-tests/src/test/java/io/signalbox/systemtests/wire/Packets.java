package io.signalbox.systemtests.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Builds the packets that a client sends, without any property but those of CONNECT and DISCONNECT named here. */
public final class Packets {
    private Packets() {}

    private static final int EXPIRY_SECONDS = 86_400;

    /**
     * @param keepAliveSeconds 0 for none
     * @param cleanStart false keeps the session, in v5 with an expiry of one day
     */
    public static byte[] connect(Version version, String clientId, int keepAliveSeconds, boolean cleanStart) {
        return connect(version, clientId, keepAliveSeconds, cleanStart, cleanStart ? 0 : EXPIRY_SECONDS);
    }

    /** @param expirySeconds of the session, in v5 */
    public static byte[] connect(
            Version version, String clientId, int keepAliveSeconds, boolean cleanStart, int expirySeconds) {
        return packet(0x10, out -> {
            out.writeUTF("MQTT");
            out.writeByte(version.level);
            out.writeByte(cleanStart ? 0x02 : 0x00);
            out.writeShort(keepAliveSeconds);
            if (version == Version.V5) {
                out.writeByte(5);
                out.writeByte(0x11);
                out.writeInt(expirySeconds);
            }
            out.writeUTF(clientId);
        });
    }

    /**
     * CONNECT of MQTT 5 that comes back to a session.
     *
     * @param receiveMax how many messages the server may have on their way at once
     */
    public static byte[] resume(String clientId, int expirySeconds, int receiveMax) {
        return packet(0x10, out -> {
            out.writeUTF("MQTT");
            out.writeByte(Version.V5.level);
            out.writeByte(0);
            out.writeShort(0);
            out.writeByte(8);
            out.writeByte(0x11);
            out.writeInt(expirySeconds);
            out.writeByte(0x21);
            out.writeShort(receiveMax);
            out.writeUTF(clientId);
        });
    }

    /** @param id packet identifier, not looked at when qos is 0 */
    public static byte[] publish(Version version, String topic, int qos, boolean duplicate, int id, byte[] payload) {
        return publish(version, topic, qos, duplicate, false, id, payload);
    }

    /** @param id packet identifier, not looked at when qos is 0 */
    public static byte[] publish(
            Version version, String topic, int qos, boolean duplicate, boolean retain, int id, byte[] payload) {
        return packet(0x30 | (duplicate ? 0x08 : 0) | qos << 1 | (retain ? 1 : 0), out -> {
            out.writeUTF(topic);
            if (qos > 0) {
                out.writeShort(id);
            }
            if (version == Version.V5) {
                out.writeByte(0);
            }
            out.write(payload);
        });
    }

    public static byte[] subscribe(Version version, int id, String filter, int qos) {
        return packet(0x82, out -> {
            out.writeShort(id);
            if (version == Version.V5) {
                out.writeByte(0);
            }
            out.writeUTF(filter);
            out.writeByte(qos);
        });
    }

    public static byte[] puback(int id) {
        return ack(0x40, id);
    }

    public static byte[] pubrec(int id) {
        return ack(0x50, id);
    }

    public static byte[] pubrel(int id) {
        return ack(0x62, id);
    }

    public static byte[] pubcomp(int id) {
        return ack(0x70, id);
    }

    public static byte[] pingreq() {
        return new byte[] {(byte) 0xc0, 0};
    }

    public static byte[] disconnect() {
        return new byte[] {(byte) 0xe0, 0};
    }

    /** DISCONNECT of MQTT 5 that leaves the session so many seconds from now on (MQTT 5, 3.14.2.2.2). */
    public static byte[] disconnect(int expirySeconds) {
        return packet(0xe0, out -> {
            out.writeByte(0);
            out.writeByte(5);
            out.writeByte(0x11);
            out.writeInt(expirySeconds);
        });
    }

    private static byte[] ack(int first, int id) {
        return new byte[] {(byte) first, 2, (byte) (id >> 8), (byte) id};
    }

    private interface Body {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static byte[] packet(int first, Body body) {
        try {
            ByteArrayOutputStream inner = new ByteArrayOutputStream();
            body.writeTo(new DataOutputStream(inner));
            ByteArrayOutputStream whole = new ByteArrayOutputStream(inner.size() + 5);
            whole.write(first);
            int length = inner.size();
            do {
                whole.write(length > 0x7f ? length & 0x7f | 0x80 : length);
                length >>= 7;
            } while (length > 0);
            inner.writeTo(whole);
            return whole.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text as a payload. */
    public static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
