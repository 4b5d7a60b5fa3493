package io.signalbox.gateway.mqtt.subscribe;

import io.netty.buffer.ByteBuf;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.gateway.mqtt.frame.UserProperties;
import io.signalbox.gateway.mqtt.frame.VarInt;
import java.util.ArrayList;
import java.util.List;

/**
 * SUBSCRIBE as read (MQTT 5, 3.8), and UNSUBSCRIBE (3.10), whose entries have no options.
 *
 * @param subscriptionId 0: none
 */
record SubscribePacket(int packetId, int subscriptionId, UserProperties userProperties, List<Entry> entries) {
    private static final long SUBSCRIBE_IDS = Property.set(Property.SUBSCRIPTION_ID, Property.USER_PROPERTY);
    private static final long UNSUBSCRIBE_IDS = Property.set(Property.USER_PROPERTY);

    /** @param retainHandling 0 to 2 (MQTT 5, 3.8.3.1) */
    record Entry(String filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {}

    static SubscribePacket readSubscribe(ByteBuf in, int end, boolean five, int entriesMax) {
        return read(in, end, five, true, entriesMax);
    }

    static SubscribePacket readUnsubscribe(ByteBuf in, int end, boolean five, int entriesMax) {
        return read(in, end, five, false, entriesMax);
    }

    private static SubscribePacket read(ByteBuf in, int end, boolean five, boolean options, int entriesMax) {
        int packetId = Fields.readPacketId(in, end);
        UserProperties user = new UserProperties();
        int subscriptionId = 0;
        if (five) {
            int propertiesEnd = Property.readEnd(in, end);
            long seen = 0;
            while (in.readerIndex() < propertiesEnd) {
                int id = Property.read(in, propertiesEnd, options ? SUBSCRIBE_IDS : UNSUBSCRIBE_IDS, seen);
                seen |= 1L << id;
                if (id == Property.SUBSCRIPTION_ID) {
                    subscriptionId = VarInt.read(in, propertiesEnd);
                    if (subscriptionId == 0) {
                        throw ProtocolException.violation("the Subscription Identifier is 0 (MQTT 5, 3.8.2.1.2)");
                    }
                } else {
                    user.read(in, propertiesEnd);
                }
            }
        }
        List<Entry> entries = new ArrayList<>();
        while (in.readerIndex() < end) {
            if (entries.size() == entriesMax) {
                throw new ProtocolException(
                        MqttReason.QUOTA_EXCEEDED, "more than " + entriesMax + " filters in one packet");
            }
            String filter = Fields.readText(in, end);
            entries.add(
                    options ? entry(filter, Fields.readByte(in, end), five) : new Entry(filter, 0, false, false, 0));
        }
        if (entries.isEmpty()) {
            throw ProtocolException.violation(
                    (options ? "SUBSCRIBE" : "UNSUBSCRIBE") + " has no filter (MQTT 5, 3.8.3 and 3.10.3)");
        }
        return new SubscribePacket(packetId, subscriptionId, user, entries);
    }

    private static Entry entry(String filter, int options, boolean five) {
        int qos = options & 3;
        int retainHandling = options >> 4 & 3;
        if (qos == 3 || (options & (five ? 0xC0 : 0xFC)) != 0) {
            throw ProtocolException.malformed("the subscription options are 0x" + Integer.toHexString(options)
                    + ", which has reserved bits or QoS 3 (MQTT 5, 3.8.3.1)");
        }
        if (retainHandling == 3) {
            throw ProtocolException.violation("Retain Handling is 3; it must be 0 to 2 (MQTT 5, 3.8.3.1)");
        }
        return new Entry(filter, qos, (options & 4) != 0, (options & 8) != 0, retainHandling);
    }
}
