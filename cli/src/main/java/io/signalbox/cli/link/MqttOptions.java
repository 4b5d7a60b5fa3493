package io.signalbox.cli.mqtt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to connect.
 *
 * @param version 3 is MQTT 3.1.1, 5 is MQTT 5
 * @param tls null: plain TCP
 * @param clientId empty: the server gives one
 * @param sessionExpirySeconds MQTT 5; 0xFFFFFFFF is never
 * @param receiveMaximum unacknowledged messages that the server may have on the way; 0: the protocol's default
 * @param packetBytesMax 0: no limit
 * @param reconnect come back by itself after a connection was lost; the first one is tried once
 */
public record LinkOptions(
        int version,
        String host,
        int port,
        @Nullable Tls tls,
        String clientId,
        boolean cleanStart,
        long sessionExpirySeconds,
        int keepAliveSeconds,
        @Nullable String user,
        byte @Nullable [] password,
        @Nullable Will will,
        int receiveMaximum,
        int packetBytesMax,
        List<UserProperty> userProperties,
        boolean reconnect) {
    public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    public LinkOptions withClientId(String other) {
        return new LinkOptions(
                version,
                host,
                port,
                tls,
                other,
                cleanStart,
                sessionExpirySeconds,
                keepAliveSeconds,
                user,
                password,
                will,
                receiveMaximum,
                packetBytesMax,
                userProperties,
                reconnect);
    }
}
