package io.signalbox.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Writes chunks to a connection from a virtual thread, and waits while the other side does not read. */
final class ChannelSink implements Response.Sink {
    private static final long STALLED_SECONDS_MAX = 60;

    private final Channel channel;

    ChannelSink(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void write(byte[] chunk) throws IOException {
        if (!channel.isActive()) {
            throw new IOException("the reader is gone");
        }
        ChannelFuture written = channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)));
        if (channel.isWritable()) {
            return;
        }
        try {
            if (!written.await(STALLED_SECONDS_MAX, TimeUnit.SECONDS)) {
                channel.close();
                throw new IOException("the reader did not read for " + STALLED_SECONDS_MAX + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("shutting down");
        }
    }

    @Override
    public boolean open() {
        return channel.isActive();
    }
}
