package io.signalbox.gateway.mqtt.connection;

import io.netty.channel.Channel;
import io.signalbox.gateway.listener.RemoteAddress;
import io.signalbox.gateway.mqtt.config.Peer;

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
        long sinceMillis) {

    /** Made when somebody asks: ten thousand clients would keep ten thousand addresses as text. */
    static ConnectionInfo of(Peer peer, Channel channel) {
        return new ConnectionInfo(
                peer.clientId(),
                peer.principal().name(),
                RemoteAddress.text(channel),
                peer.five() ? "mqtt 5" : "mqtt 3.1.1",
                peer.keepAliveSeconds(),
                peer.sinceMillis());
    }
}
