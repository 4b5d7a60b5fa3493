package io.signalbox.transports.remote.wire;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The properties of a packet (MQTT 5, 2.2.2.2), by their numbers. */
final class Properties {
    static final int PAYLOAD_FORMAT = 0x01;
    static final int MESSAGE_EXPIRY = 0x02;
    static final int CONTENT_TYPE = 0x03;
    static final int RESPONSE_TOPIC = 0x08;
    static final int CORRELATION_DATA = 0x09;
    static final int SUBSCRIPTION_ID = 0x0B;
    static final int SESSION_EXPIRY = 0x11;
    static final int SERVER_KEEP_ALIVE = 0x13;
    static final int REASON_STRING = 0x1F;
    static final int RECEIVE_MAXIMUM = 0x21;
    static final int USER_PROPERTY = 0x26;
    static final int MAXIMUM_PACKET_SIZE = 0x27;

    private Properties() {}

    /** @param otherwise if the packet does not have it */
    static long number(MqttProperties properties, int id, long otherwise) {
        MqttProperty<?> property = properties.getProperty(id);
        return property != null && property.value() instanceof Integer value
                ? Integer.toUnsignedLong(value)
                : otherwise;
    }

    static @Nullable String text(MqttProperties properties, int id) {
        MqttProperty<?> property = properties.getProperty(id);
        return property != null && property.value() instanceof String value ? value : null;
    }

    static byte @Nullable [] bytes(MqttProperties properties, int id) {
        MqttProperty<?> property = properties.getProperty(id);
        return property != null && property.value() instanceof byte[] value ? value : null;
    }

    /** Names and values in their order. */
    static void forEachUser(MqttProperties properties, BiConsumer<String, String> visitor) {
        for (MqttProperty<?> property : properties.getProperties(USER_PROPERTY)) {
            if (property.value() instanceof StringPair pair) {
                visitor.accept(pair.key, pair.value);
            }
        }
    }

    /** The first value of that name. */
    static @Nullable String user(MqttProperties properties, String name) {
        for (MqttProperty<?> property : properties.getProperties(USER_PROPERTY)) {
            if (property.value() instanceof StringPair pair && pair.key.equals(name)) {
                return pair.value;
            }
        }
        return null;
    }

    static void addUser(MqttProperties to, String name, @Nullable String value) {
        if (value != null) {
            to.add(new UserProperty(name, value));
        }
    }

    static int[] subscriptionIds(MqttProperties properties) {
        return properties.getProperties(SUBSCRIPTION_ID).stream()
                .mapToInt(property -> property.value() instanceof Integer value ? value : 0)
                .filter(id -> id > 0)
                .toArray();
    }
}
