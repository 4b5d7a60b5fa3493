package io.signalbox.gateway.amqp.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Copies small frames into one buffer until somebody flushes: a frame of 40 bytes costs less to copy than to be carried
 * through the pipeline to the socket, or to be a record of TLS, by itself. Owned by the connection's loop. Hot path.
 */
final class Gathering extends ChannelOutboundHandlerAdapter {
    /** Larger ones go as they are. */
    private static final int SMALL_BYTES_MAX = 2_048;

    private static final int BUFFER_BYTES = 16_384;

    private final Runnable beforeFlush;
    private @Nullable ByteBuf gathered;

    /** @param beforeFlush writes what only waited for that */
    Gathering(Runnable beforeFlush) {
        this.beforeFlush = beforeFlush;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!promise.isVoid() || !(message instanceof ByteBuf frame) || frame.readableBytes() > SMALL_BYTES_MAX) {
            writeGathered(ctx);
            ctx.write(message, promise);
            return;
        }
        ByteBuf buffer = gathered;
        if (buffer != null && buffer.writableBytes() < frame.readableBytes()) {
            writeGathered(ctx);
            buffer = null;
        }
        if (buffer == null) {
            buffer = ctx.alloc().ioBuffer(BUFFER_BYTES, BUFFER_BYTES);
            gathered = buffer;
        }
        buffer.writeBytes(frame);
        frame.release();
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        beforeFlush.run();
        writeGathered(ctx);
        ctx.flush();
    }

    private void writeGathered(ChannelHandlerContext ctx) {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            ctx.write(buffer, ctx.voidPromise());
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            buffer.release();
        }
    }
}
