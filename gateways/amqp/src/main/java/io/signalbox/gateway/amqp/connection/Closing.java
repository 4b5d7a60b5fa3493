package io.signalbox.gateway.amqp.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.signalbox.gateway.listener.Layers;
import java.util.concurrent.TimeUnit;

/** Closes a connection so that its last frame arrives. */
final class Closing {
    private static final int LINGER_MILLIS = 3_000;

    private Closing() {}

    /**
     * Sends what is written and half-closes: to close at once, with bytes of the client's unread, would reset the
     * connection, and the client might lose the frame that tells it why. Who does not go by itself is cut off.
     */
    static void afterFlush(Channel channel) {
        channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess() && Layers.mayHalfClose(channel) && channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                channel.close();
            }
        });
    }
}
