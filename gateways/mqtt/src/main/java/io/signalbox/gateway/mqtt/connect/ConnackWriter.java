package io.signalbox.gateway.mqtt.connect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.PacketType;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.frame.RetryAfter;
import io.signalbox.gateway.mqtt.frame.TransportNames;
import io.signalbox.gateway.mqtt.frame.VarInt;
import io.signalbox.transport.Capabilities.Feature;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes CONNACK (MQTT 5, 3.2). */
public final class ConnackWriter {
    private static final int REASON_BYTES_MAX = 1_024;

    /** Of a CONNACK around its properties and one text. */
    private static final int FRAME_BYTES_MAX = 16;

    private ConnackWriter() {}

    /**
     * What the server tells an accepted client.
     *
     * @param sessionExpirySeconds null: as asked for
     * @param serverKeepAliveSeconds null: as asked for
     * @param assignedClientId null: the client brought one
     * @param responseInformation null: not asked for
     * @param transportFeatures for another Signalbox: what this one can do; null: an ordinary client
     */
    public record Accepted(
            boolean sessionPresent,
            @Nullable Long sessionExpirySeconds,
            int receiveMaximum,
            int packetBytesMax,
            int topicAliasMax,
            @Nullable Integer serverKeepAliveSeconds,
            @Nullable String assignedClientId,
            @Nullable String responseInformation,
            boolean retainAvailable,
            boolean wildcardsAvailable,
            boolean sharedAvailable,
            @Nullable Set<Feature> transportFeatures) {}

    /**
     * @param packetBytesMax the client's Maximum Packet Size (MQTT 5, 3.1.2.11.4)
     * @return false if even what must be said does not fit: nothing was written
     */
    public static boolean writeAccepted(OutboundBatch out, int version, Accepted accepted, int packetBytesMax) {
        int flags = accepted.sessionPresent ? 1 : 0;
        if (version < ConnectPacket.VERSION_5) {
            out.room(4).writeInt(PacketType.CONNACK << 28 | 2 << 16 | flags << 8);
            return true;
        }
        ByteBuf properties = Unpooled.buffer(64);
        if (accepted.sessionExpirySeconds != null) {
            properties.writeByte(Property.SESSION_EXPIRY).writeInt(accepted.sessionExpirySeconds.intValue());
        }
        if (accepted.receiveMaximum < 65_535) {
            properties.writeByte(Property.RECEIVE_MAXIMUM).writeShort(accepted.receiveMaximum);
        }
        if (!accepted.retainAvailable) {
            properties.writeByte(Property.RETAIN_AVAILABLE).writeByte(0);
        }
        properties.writeByte(Property.MAXIMUM_PACKET_SIZE).writeInt(accepted.packetBytesMax);
        if (accepted.assignedClientId != null) {
            writeText(properties, Property.ASSIGNED_CLIENT_ID, accepted.assignedClientId);
        }
        if (accepted.topicAliasMax > 0) {
            properties.writeByte(Property.TOPIC_ALIAS_MAXIMUM).writeShort(accepted.topicAliasMax);
        }
        if (!accepted.wildcardsAvailable) {
            properties.writeByte(Property.WILDCARD_AVAILABLE).writeByte(0);
        }
        if (!accepted.sharedAvailable) {
            properties.writeByte(Property.SHARED_AVAILABLE).writeByte(0);
        }
        if (accepted.serverKeepAliveSeconds != null) {
            properties.writeByte(Property.SERVER_KEEP_ALIVE).writeShort(accepted.serverKeepAliveSeconds);
        }
        if (accepted.transportFeatures != null) {
            writeUser(properties, TransportNames.TRANSPORT, TransportNames.VERSION);
            writeUser(properties, TransportNames.FEATURES, features(accepted.transportFeatures));
        }
        if (accepted.responseInformation != null
                && FRAME_BYTES_MAX + properties.readableBytes() + 3L * accepted.responseInformation.length()
                        <= packetBytesMax) {
            writeText(properties, Property.RESPONSE_INFORMATION, accepted.responseInformation);
        }
        int propertyBytes = properties.readableBytes();
        int length = 2 + VarInt.size(propertyBytes) + propertyBytes;
        if (1 + VarInt.size(length) + length > packetBytesMax) {
            return false;
        }
        write(out, flags, MqttReason.SUCCESS, properties);
        return true;
    }

    /** @param detail null: the client asked for no reason strings */
    public static void writeRefused(
            OutboundBatch out,
            int version,
            MqttReason reason,
            @Nullable String detail,
            int packetBytesMax,
            RetryAfter retryAfter) {
        if (version < ConnectPacket.VERSION_5) {
            if (reason.connectReturnCode() != 0) {
                out.room(4).writeInt(PacketType.CONNACK << 28 | 2 << 16 | reason.connectReturnCode());
            }
            return;
        }
        ByteBuf properties = Unpooled.buffer(64);
        if (detail != null && 3L * detail.length() + 16 <= Math.min(packetBytesMax, REASON_BYTES_MAX)) {
            writeText(properties, Property.REASON_STRING, detail);
        }
        retryAfter.write(properties, reason, packetBytesMax - FRAME_BYTES_MAX);
        write(out, 0, reason, properties);
    }

    private static void write(OutboundBatch out, int flags, MqttReason reason, ByteBuf properties) {
        int propertyBytes = properties.readableBytes();
        int length = 2 + VarInt.size(propertyBytes) + propertyBytes;
        ByteBuf to = out.room(5 + length);
        to.writeByte(PacketType.CONNACK << 4);
        VarInt.write(to, length);
        to.writeByte(flags).writeByte(reason.code());
        VarInt.write(to, propertyBytes);
        to.writeBytes(properties);
    }

    private static String features(Set<Feature> features) {
        return features.stream()
                .sorted()
                .map(feature -> feature.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(","));
    }

    private static void writeUser(ByteBuf properties, String name, String value) {
        properties.writeByte(Property.USER_PROPERTY);
        Fields.writeText(properties, name.getBytes(StandardCharsets.UTF_8));
        Fields.writeText(properties, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeText(ByteBuf to, int id, String text) {
        to.writeByte(id);
        Fields.writeText(to, text.getBytes(StandardCharsets.UTF_8));
    }
}
