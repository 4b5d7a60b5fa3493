package io.signalbox.gateway.listener;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/** Names of what may stand between a socket and its protocol, in the channel's pipeline. */
public final class Layers {
    public static final String TLS = "tls";
    public static final String WEBSOCKET = "websocket";

    private Layers() {}

    /** Whether the socket may be half-closed: a layer that has its own farewell would be cut off before it. */
    public static boolean mayHalfClose(Channel channel) {
        return channel instanceof DuplexChannel
                && channel.pipeline().get(TLS) == null
                && channel.pipeline().get(WEBSOCKET) == null;
    }
}
