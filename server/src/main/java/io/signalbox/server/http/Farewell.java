package io.signalbox.server.http;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.signalbox.gateway.listener.Layers;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection whose client may still be sending, so that it hears what it was told: a socket that is closed over
 * unread bytes is reset, and takes the answer along (RFC 9112 §9.6). What still comes must be read, and dropped.
 */
final class Farewell {
    private static final int LISTENING_MILLIS = 1_000;

    private Farewell() {}

    /** On the channel's loop, when the answer is written. A stream of HTTP/2 says by itself that it is over. */
    static void to(Channel channel) {
        if (channel instanceof Http2StreamChannel) {
            channel.close();
            return;
        }
        channel.config().setAutoRead(true);
        if (Layers.mayHalfClose(channel) && channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        channel.eventLoop().schedule(() -> channel.close(), LISTENING_MILLIS, TimeUnit.MILLISECONDS);
    }
}
