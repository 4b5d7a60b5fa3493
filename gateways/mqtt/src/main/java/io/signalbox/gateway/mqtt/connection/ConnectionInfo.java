package io.signalbox.gateway.mqtt.connection;

/**
 * A client that is here, for operators.
 *
 * @param protocol {@code mqtt 3.1.1} or {@code mqtt 5}
 * @param sinceMillis epoch milliseconds of its CONNECT
 */
public record ConnectionInfo(
        String clientId,
        String principal,
        String remoteAddress,
        String protocol,
        int keepAliveSeconds,
        long sinceMillis) {}
