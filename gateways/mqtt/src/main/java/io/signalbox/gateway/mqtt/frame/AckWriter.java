package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the packets that are a packet identifier and a reason (MQTT 5, 3.4 to 3.7), and DISCONNECT. */
public final class AckWriter {
    /** Texts longer than this are cut: a reason is for people. */
    private static final int REASON_CHARS_MAX = 300;

    /** A name and a note are short. */
    private static final int NOTE_BYTES_MAX = 128;

    private static final int FAILURE_CODE_MIN = 0x80;

    /** Of a packet around its properties. */
    private static final int FRAME_BYTES_MAX = 16;

    private AckWriter() {}

    public static void write(OutboundBatch out, int type, int packetId) {
        out.room(4).writeInt(header(type) << 24 | 2 << 16 | packetId);
    }

    /**
     * For MQTT 5.
     *
     * @param detail null: none is wanted
     * @param packetBytesMax of the client; a packet too large for it goes without the text
     */
    public static void write(
            OutboundBatch out, int type, int packetId, MqttReason reason, @Nullable String detail, int packetBytesMax) {
        byte[] text = text(detail, packetBytesMax);
        if (text.length == 0) {
            if (reason == MqttReason.SUCCESS) {
                write(out, type, packetId);
                return;
            }
            out.room(5).writeInt(header(type) << 24 | 3 << 16 | packetId).writeByte(reason.code());
            return;
        }
        int propertyBytes = 3 + text.length;
        int length = 3 + VarInt.size(propertyBytes) + propertyBytes;
        ByteBuf to = out.room(5 + length);
        to.writeByte(header(type));
        VarInt.write(to, length);
        to.writeShort(packetId).writeByte(reason.code());
        writeReason(to, propertyBytes, text);
    }

    /**
     * For another Signalbox, which takes packets of any size that may come of this.
     *
     * @param note its receipt, or the reason of the refusal
     */
    public static void writeNoted(
            OutboundBatch out,
            int type,
            int packetId,
            MqttReason reason,
            @Nullable String detail,
            String note,
            int packetBytesMax) {
        byte[] text = text(detail, packetBytesMax - NOTE_BYTES_MAX);
        String name = reason.code() < FAILURE_CODE_MIN ? TransportNames.RECEIPT : TransportNames.REASON;
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        byte[] value = note.getBytes(StandardCharsets.UTF_8);
        int reasonBytes = text.length == 0 ? 0 : 3 + text.length;
        int propertyBytes = 5 + key.length + value.length + reasonBytes;
        int length = 3 + VarInt.size(propertyBytes) + propertyBytes;
        ByteBuf to = out.room(5 + length);
        to.writeByte(header(type));
        VarInt.write(to, length);
        to.writeShort(packetId).writeByte(reason.code());
        VarInt.write(to, propertyBytes);
        to.writeByte(Property.USER_PROPERTY);
        Fields.writeText(to, key);
        Fields.writeText(to, value);
        if (reasonBytes > 0) {
            to.writeByte(Property.REASON_STRING);
            Fields.writeText(to, text);
        }
    }

    /** MQTT 5, 3.14. */
    public static void writeDisconnect(
            OutboundBatch out, MqttReason reason, @Nullable String detail, int packetBytesMax, RetryAfter retryAfter) {
        ByteBuf properties = Unpooled.buffer(64);
        byte[] text = text(detail, packetBytesMax);
        if (text.length > 0) {
            properties.writeByte(Property.REASON_STRING);
            Fields.writeText(properties, text);
        }
        retryAfter.write(properties, reason, packetBytesMax - FRAME_BYTES_MAX);
        int propertyBytes = properties.readableBytes();
        if (propertyBytes == 0) {
            out.room(3).writeMedium(PacketType.DISCONNECT << 20 | 1 << 8 | reason.code());
            return;
        }
        int length = 1 + VarInt.size(propertyBytes) + propertyBytes;
        ByteBuf to = out.room(5 + length);
        to.writeByte(PacketType.DISCONNECT << 4);
        VarInt.write(to, length);
        to.writeByte(reason.code());
        VarInt.write(to, propertyBytes);
        to.writeBytes(properties);
    }

    private static void writeReason(ByteBuf to, int propertyBytes, byte[] text) {
        VarInt.write(to, propertyBytes);
        to.writeByte(Property.REASON_STRING);
        Fields.writeText(to, text);
    }

    private static byte[] text(@Nullable String detail, int packetBytesMax) {
        if (detail == null) {
            return new byte[0];
        }
        byte[] text =
                detail.substring(0, Math.min(detail.length(), REASON_CHARS_MAX)).getBytes(StandardCharsets.UTF_8);
        return text.length + FRAME_BYTES_MAX <= packetBytesMax ? text : new byte[0];
    }

    private static int header(int type) {
        return type << 4 | (type == PacketType.PUBREL ? 2 : 0);
    }
}
