package io.signalbox.cli.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to connect over MQTT.
 *
 * @param version 3 is MQTT 3.1.1, 5 is MQTT 5
 * @param webSocketPath null: not over WebSocket
 * @param clientId empty: the server gives one
 * @param sessionExpirySeconds MQTT 5; 0xFFFFFFFF is never
 * @param receiveMaximum unacknowledged messages that the server may have on the way; 0: the protocol's default
 * @param packetBytesMax 0: no limit
 */
public record MqttOptions(
        int version,
        Endpoint server,
        @Nullable String webSocketPath,
        String clientId,
        boolean cleanStart,
        long sessionExpirySeconds,
        int keepAliveSeconds,
        @Nullable Will will,
        int receiveMaximum,
        int packetBytesMax,
        List<UserProperty> userProperties)
        implements LinkOptions {
    public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    @Override
    public String address() {
        return server.address();
    }

    public MqttOptions withClientId(String other) {
        return new MqttOptions(
                version,
                server,
                webSocketPath,
                other,
                cleanStart,
                sessionExpirySeconds,
                keepAliveSeconds,
                will,
                receiveMaximum,
                packetBytesMax,
                userProperties);
    }
}
