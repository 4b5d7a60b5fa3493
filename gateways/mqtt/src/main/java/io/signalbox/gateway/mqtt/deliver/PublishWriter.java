package io.signalbox.gateway.mqtt.deliver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.PacketType;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.frame.TransportNames;
import io.signalbox.gateway.mqtt.frame.VarInt;
import io.signalbox.gateway.mqtt.publish.SignalboxProperties;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes PUBLISH to one client (MQTT 5, 3.3). Owned by the connection's loop. */
final class PublishWriter {
    static final int TOO_LARGE = -1;

    private static final byte[] DELIVERY = TransportNames.DELIVERY.getBytes(StandardCharsets.UTF_8);

    /** Topics shorter than this gain nothing by an alias, whose property takes 3 bytes. */
    private static final int ALIASED_CHARS_MIN = 4;

    /** Longer ones would be kept in memory for each client long after their messages. */
    private static final int ALIASED_CHARS_MAX = 1_024;

    /** Of the property. */
    private static final int ALIAS_BYTES = 3;

    private static final byte[] NONE = {};
    private static final byte[] SEQUENCE = SignalboxProperties.SEQUENCE.getBytes(StandardCharsets.US_ASCII);

    private final Peer peer;
    private final OutboundBatch out;
    private final TimeSource time;
    private final @Nullable OutboundAliases aliases;

    PublishWriter(Peer peer, OutboundBatch out, TimeSource time) {
        this.peer = peer;
        this.out = out;
        this.time = time;
        this.aliases = peer.five() && peer.topicAliasMax() > 0 ? new OutboundAliases(peer.topicAliasMax()) : null;
    }

    /**
     * @param header the first byte
     * @param packetId 0 with QoS 0
     * @param sequence of the message in the log; 0: it is not in it
     * @param fromRetained sent because of a subscription: where it stands in the log says nothing
     * @return the packet's bytes, or {@link #TOO_LARGE} for this client: nothing was written
     */
    int write(int header, int packetId, long sequence, Message message, int[] subscriptionIds, boolean fromRetained) {
        PublishForm form = PublishForm.of(message, !fromRetained);
        byte[] payload = message.payload();
        int idBytes = packetId == 0 ? 0 : 2;
        if (!peer.five()) {
            int topicField = topicFieldBytes(form, message.topic());
            int length = topicField + idBytes + payload.length;
            if (tooLarge(length)) {
                return TOO_LARGE;
            }
            ByteBuf to = start(header, length);
            writeTopic(to, form, message.topic(), topicField);
            writeId(to, packetId);
            to.writeBytes(payload);
            return 1 + VarInt.size(length) + length;
        }
        byte[] number = peer.sequences() && sequence > 0 && !fromRetained
                ? Long.toString(sequence).getBytes(StandardCharsets.US_ASCII)
                : NONE;
        byte[] note = peer.transport() ? note(sequence, fromRetained) : NONE;
        return writeFive(header, packetId, number, message, form, note, subscriptionIds, idBytes);
    }

    private int writeFive(
            int header,
            int packetId,
            byte[] number,
            Message message,
            @Nullable PublishForm form,
            byte[] note,
            int[] subscriptionIds,
            int idBytes) {
        Topic topic = message.topic();
        byte[] payload = message.payload();
        int topicField = topicFieldBytes(form, topic);
        int properties = (form == null ? 0 : form.properties5().length) + note.length;
        if (message.ttlMillis() > 0) {
            properties += 5;
        }
        for (int id : subscriptionIds) {
            properties += 1 + VarInt.size(id);
        }
        if (number.length > 0) {
            properties += 1 + 2 + SEQUENCE.length + 2 + number.length;
        }
        int rest = idBytes + payload.length;
        int alias = 0;
        int known = 0;
        if (aliases != null && aliased(topic)) {
            known = aliases.known(topic);
            alias = known;
            // One that does not fit any more is not bound: without it, the packet may fit.
            if (known == 0 && !tooLarge(length(topicField, properties + ALIAS_BYTES, rest))) {
                alias = aliases.bind(topic);
            }
        }
        if (alias > 0) {
            properties += ALIAS_BYTES;
        }
        int length = length(known > 0 ? 2 : topicField, properties, rest);
        if (tooLarge(length)) {
            return TOO_LARGE;
        }
        ByteBuf to = start(header, length);
        if (known > 0) {
            to.writeShort(0);
        } else {
            writeTopic(to, form, topic, topicField);
        }
        writeId(to, packetId);
        VarInt.write(to, properties);
        if (alias > 0) {
            to.writeByte(Property.TOPIC_ALIAS).writeShort(alias);
        }
        if (message.ttlMillis() > 0) {
            to.writeByte(Property.MESSAGE_EXPIRY).writeInt((int) remainingSeconds(message));
        }
        for (int id : subscriptionIds) {
            to.writeByte(Property.SUBSCRIPTION_ID);
            VarInt.write(to, id);
        }
        if (number.length > 0) {
            to.writeByte(Property.USER_PROPERTY);
            Fields.writeText(to, SEQUENCE);
            Fields.writeText(to, number);
        }
        if (form != null) {
            to.writeBytes(form.properties5());
        }
        to.writeBytes(note).writeBytes(payload);
        return 1 + VarInt.size(length) + length;
    }

    /** What another Signalbox hears of a delivery beyond MQTT, as a whole property. */
    private static byte[] note(long sequence, boolean fromRetained) {
        if (sequence == 0 && !fromRetained) {
            return NONE;
        }
        String value = fromRetained ? sequence + " retained" : Long.toString(sequence);
        ByteBuf property = Unpooled.buffer(64).writeByte(Property.USER_PROPERTY);
        Fields.writeText(property, DELIVERY);
        Fields.writeText(property, value.getBytes(StandardCharsets.UTF_8));
        return ByteBufUtil.getBytes(property);
    }

    private static boolean aliased(Topic topic) {
        int chars = topic.text().length();
        return chars >= ALIASED_CHARS_MIN && chars <= ALIASED_CHARS_MAX;
    }

    private static int length(int topicField, int properties, int rest) {
        return topicField + VarInt.size(properties) + properties + rest;
    }

    /** What is left of the Message Expiry Interval (MQTT 5, 3.3.2.3.3), rounded up. */
    private long remainingSeconds(Message message) {
        long waited = Math.max(0, time.millis() - message.timestampMillis());
        long left = Math.max(0, message.ttlMillis() - waited);
        return Math.min((left + 999) / 1_000, 0xFFFF_FFFFL);
    }

    private boolean tooLarge(int length) {
        return length < 0 || length > VarInt.MAX || length > peer.packetBytesMax() - 1 - VarInt.size(length);
    }

    private ByteBuf start(int header, int length) {
        ByteBuf to = out.room(5 + length);
        to.writeByte(header);
        VarInt.write(to, length);
        return to;
    }

    private static int topicFieldBytes(@Nullable PublishForm form, Topic topic) {
        return form == null ? 2 + ByteBufUtil.utf8Bytes(topic.text()) : form.topicField().length;
    }

    private static void writeTopic(ByteBuf to, @Nullable PublishForm form, Topic topic, int fieldBytes) {
        if (form == null) {
            to.writeShort(fieldBytes - 2);
            ByteBufUtil.reserveAndWriteUtf8(to, topic.text(), fieldBytes - 2);
        } else {
            to.writeBytes(form.topicField());
        }
    }

    private static void writeId(ByteBuf to, int packetId) {
        if (packetId != 0) {
            to.writeShort(packetId);
        }
    }

    static int header(int qos, boolean duplicate, boolean retain) {
        return PacketType.PUBLISH << 4 | (duplicate && qos > 0 ? 8 : 0) | qos << 1 | (retain ? 1 : 0);
    }
}
