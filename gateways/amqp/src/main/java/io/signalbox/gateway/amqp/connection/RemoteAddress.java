package io.signalbox.gateway.amqp.connection;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/** Where a connection comes from, as text. */
final class RemoteAddress {
    private RemoteAddress() {}

    /** Without the port: what limits by address go by. */
    static String host(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : String.valueOf(channel.remoteAddress());
    }

    static String text(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
                : String.valueOf(channel.remoteAddress());
    }
}
