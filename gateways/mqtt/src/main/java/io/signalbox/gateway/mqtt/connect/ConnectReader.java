package io.signalbox.gateway.mqtt.connect;

import io.netty.buffer.ByteBuf;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.Property;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.gateway.mqtt.frame.UserProperties;
import io.signalbox.gateway.mqtt.publish.MessageFields;
import io.signalbox.gateway.mqtt.publish.SignalboxProperties;
import io.signalbox.gateway.mqtt.will.Will;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import org.jspecify.annotations.Nullable;

/** Reads CONNECT (MQTT 5, 3.1; MQTT 3.1.1, 3.1). One instance for each packet. */
public final class ConnectReader {
    private static final long CONNECT_IDS = Property.set(
            Property.SESSION_EXPIRY,
            Property.AUTHENTICATION_METHOD,
            Property.AUTHENTICATION_DATA,
            Property.REQUEST_PROBLEM_INFORMATION,
            Property.REQUEST_RESPONSE_INFORMATION,
            Property.RECEIVE_MAXIMUM,
            Property.TOPIC_ALIAS_MAXIMUM,
            Property.USER_PROPERTY,
            Property.MAXIMUM_PACKET_SIZE);
    private static final long WILL_IDS = MessageFields.IDS | Property.set(Property.WILL_DELAY);
    private static final byte[] PROTOCOL_NAME = {'M', 'Q', 'T', 'T'};
    private static final byte[] PROTOCOL_NAME_3_1 = {'M', 'Q', 'I', 's', 'd', 'p'};

    private final ByteBuf in;
    private final int end;

    private int version;
    private @Nullable Long sessionExpirySeconds;
    private int receiveMaximum = 65_535;
    private int packetBytesMax = Integer.MAX_VALUE;
    private int topicAliasMax;
    private boolean responseInformation;
    private boolean problemInformation = true;
    private boolean sequences;
    private @Nullable String authenticationMethod;
    private boolean authenticationData;
    private @Nullable TransportPeer transport;

    private ConnectReader(ByteBuf in, int end) {
        this.in = in;
        this.end = end;
    }

    /**
     * @throws ConnectRefused to be answered with a CONNACK
     * @throws ProtocolException the version is not known yet: close without an answer
     */
    public static ConnectPacket read(ByteBuf in, int end) {
        ConnectReader reader = new ConnectReader(in, end);
        try {
            return reader.read();
        } catch (ProtocolException e) {
            if (reader.version == ConnectPacket.VERSION_5) {
                throw ConnectRefused.violation(reader.version, e);
            }
            throw e;
        }
    }

    private ConnectPacket read() {
        readVersion();
        int flags = Fields.readByte(in, end);
        boolean hasWill = (flags & 0x04) != 0;
        int willQos = flags >> 3 & 3;
        boolean willRetain = (flags & 0x20) != 0;
        boolean hasPassword = (flags & 0x40) != 0;
        boolean hasUserName = (flags & 0x80) != 0;
        if ((flags & 0x01) != 0) {
            throw ProtocolException.malformed("CONNECT has its reserved flag set (MQTT 5, 3.1.2.3)");
        }
        if (willQos == 3 || (!hasWill && (willQos != 0 || willRetain))) {
            throw ProtocolException.malformed("CONNECT has will QoS " + willQos
                    + (hasWill ? "" : " or retain, and no will") + " (MQTT 5, 3.1.2.6)");
        }
        boolean five = version == ConnectPacket.VERSION_5;
        if (!five && hasPassword && !hasUserName) {
            throw ProtocolException.malformed("CONNECT has a password and no user name (MQTT 3.1.1, 3.1.2.9)");
        }
        int keepAlive = Fields.readShort(in, end);
        if (five) {
            readProperties();
        }
        String clientId = Fields.readText(in, end);
        Will will = hasWill ? readWill(five, willQos, willRetain) : null;
        String userName = hasUserName ? Fields.readText(in, end) : null;
        byte[] password = hasPassword ? Fields.readBinary(in, end) : null;
        if (in.readerIndex() != end) {
            throw ProtocolException.malformed(
                    "CONNECT has " + (end - in.readerIndex()) + " bytes behind its last field");
        }
        if (authenticationData && authenticationMethod == null) {
            throw ProtocolException.violation(
                    "CONNECT has Authentication Data and no Authentication Method (MQTT 5, 3.1.2.11.10)");
        }
        return new ConnectPacket(
                version,
                (flags & 0x02) != 0,
                keepAlive,
                clientId,
                userName,
                password,
                will,
                sessionExpirySeconds,
                receiveMaximum,
                packetBytesMax,
                topicAliasMax,
                responseInformation,
                problemInformation,
                sequences,
                authenticationMethod,
                transport);
    }

    private void readVersion() {
        int length = Fields.readShort(in, end);
        Fields.need(in, end, length);
        boolean known = matches(PROTOCOL_NAME, length);
        boolean old = !known && matches(PROTOCOL_NAME_3_1, length);
        if (!known && !old) {
            throw ProtocolException.malformed("the protocol name is not MQTT (MQTT 5, 3.1.2.1)");
        }
        in.skipBytes(length);
        int level = Fields.readByte(in, end);
        if (known && (level == ConnectPacket.VERSION_3_1_1 || level == ConnectPacket.VERSION_5)) {
            version = level;
            return;
        }
        throw new ConnectRefused(
                level > ConnectPacket.VERSION_5 ? ConnectPacket.VERSION_5 : ConnectPacket.VERSION_3_1_1,
                MqttReason.UNSUPPORTED_PROTOCOL_VERSION,
                "protocol level " + level + " is not served; use 4 (MQTT 3.1.1) or 5 (MQTT 5)");
    }

    private boolean matches(byte[] name, int length) {
        if (length != name.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private void readProperties() {
        int propertiesEnd = Property.readEnd(in, end);
        UserProperties user = new UserProperties();
        long seen = 0;
        while (in.readerIndex() < propertiesEnd) {
            int id = Property.read(in, propertiesEnd, CONNECT_IDS, seen);
            seen |= 1L << id;
            switch (id) {
                case Property.SESSION_EXPIRY -> sessionExpirySeconds = Fields.readInt(in, propertiesEnd);
                case Property.RECEIVE_MAXIMUM ->
                    receiveMaximum = notZero(Fields.readShort(in, propertiesEnd), "the Receive Maximum");
                case Property.MAXIMUM_PACKET_SIZE ->
                    packetBytesMax = (int) Math.min(
                            notZero(Fields.readInt(in, propertiesEnd), "the Maximum Packet Size"), Integer.MAX_VALUE);
                case Property.TOPIC_ALIAS_MAXIMUM -> topicAliasMax = Fields.readShort(in, propertiesEnd);
                case Property.REQUEST_RESPONSE_INFORMATION ->
                    responseInformation = Property.readFlag(in, propertiesEnd, "Request Response Information");
                case Property.REQUEST_PROBLEM_INFORMATION ->
                    problemInformation = Property.readFlag(in, propertiesEnd, "Request Problem Information");
                case Property.AUTHENTICATION_METHOD -> authenticationMethod = Fields.readText(in, propertiesEnd);
                case Property.AUTHENTICATION_DATA -> {
                    Fields.readBinary(in, propertiesEnd);
                    authenticationData = true;
                }
                default -> user.read(in, propertiesEnd);
            }
        }
        sequences = "1".equals(user.get(SignalboxProperties.SEQUENCE));
        transport = TransportPeer.read(user);
    }

    private Will readWill(boolean five, int qos, boolean retain) {
        long delaySeconds = 0;
        MessageFields fields = new MessageFields();
        if (five) {
            int propertiesEnd = Property.readEnd(in, end);
            long seen = 0;
            while (in.readerIndex() < propertiesEnd) {
                int id = Property.read(in, propertiesEnd, WILL_IDS, seen);
                seen |= 1L << id;
                if (id == Property.WILL_DELAY) {
                    delaySeconds = Fields.readInt(in, propertiesEnd);
                } else {
                    fields.read(id, in, propertiesEnd);
                }
            }
        }
        String topic = Fields.readText(in, end);
        byte[] payload = Fields.readBinary(in, end);
        try {
            Message.Builder message = Message.to(Topic.ofMqtt(topic))
                    .payload(payload)
                    .guarantee(Guarantee.ofQos(qos))
                    .retain(retain)
                    .ttlMillis(fields.ttlMillis());
            if (five) {
                SignalboxProperties.apply(fields, message);
            }
            return new Will(message.build(), delaySeconds);
        } catch (SignalboxException e) {
            MqttReason reason = e.reason() == ReasonCode.MALFORMED
                    ? MqttReason.IMPLEMENTATION_SPECIFIC
                    : MqttReason.TOPIC_NAME_INVALID;
            throw new ConnectRefused(version, reason, "the will is not a message: " + e.getMessage());
        }
    }

    private static int notZero(int value, String name) {
        return (int) notZero((long) value, name);
    }

    private static long notZero(long value, String name) {
        if (value == 0) {
            throw ProtocolException.violation(name + " is 0; it must be at least 1");
        }
        return value;
    }
}
