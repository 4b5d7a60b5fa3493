package io.signalbox.transports.remote.wire;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.signalbox.transport.Capabilities.Feature;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNACK says (MQTT 5, 3.2).
 *
 * @param receiveMaximum publishes that may be unanswered at once
 * @param packetBytesMax of the largest packet that the server takes
 * @param features what the server can do
 */
public record Granted(boolean sessionPresent, int receiveMaximum, long packetBytesMax, Set<Feature> features) {
    private static final int RECEIVE_MAXIMUM_DEFAULT = 65_535;
    private static final long PACKET_BYTES_MAX_DEFAULT = 268_435_460;

    /** @return null: it is no Signalbox, or one that does not know what transports say */
    static @Nullable Granted read(boolean sessionPresent, MqttProperties properties) {
        if (!TransportNames.VERSION.equals(Properties.user(properties, TransportNames.TRANSPORT))) {
            return null;
        }
        return new Granted(
                sessionPresent,
                (int) Properties.number(properties, Properties.RECEIVE_MAXIMUM, RECEIVE_MAXIMUM_DEFAULT),
                Properties.number(properties, Properties.MAXIMUM_PACKET_SIZE, PACKET_BYTES_MAX_DEFAULT),
                features(Properties.user(properties, TransportNames.FEATURES)));
    }

    private static Set<Feature> features(@Nullable String text) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        String list = text == null ? "," : "," + text + ",";
        for (Feature feature : Feature.values()) {
            if (list.contains("," + feature.name().toLowerCase(Locale.ROOT).replace('_', '-') + ",")) {
                features.add(feature);
            }
        }
        return features;
    }
}
