package io.signalbox.gateway.web.http2;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;

/**
 * Says rightly why a stream is closed: one that was answered before the request was whole is over without error (RFC
 * 9113 §8.1); one whose answer nobody reads is cancelled; one whose answer the server cuts off is in error. Owned by
 * the connection's loop.
 */
final class StreamEnd extends ChannelDuplexHandler {
    private boolean asked;
    private boolean begun;

    /** The last frame of the answer has been written here. */
    private boolean ended;

    /** The last frame of the answer has gone out: until then it may wait for a window that never opens. */
    private boolean answered;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        asked |= isLast(frame);
        ctx.fireChannelRead(frame);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object frame, ChannelPromise promise) {
        begun |= frame instanceof Http2HeadersFrame;
        if (isLast(frame)) {
            ended = true;
            ctx.write(frame, promise.unvoid().addListener(written -> answered = written.isSuccess()));
        } else {
            ctx.write(frame, promise);
        }
    }

    private static boolean isLast(Object frame) {
        return switch (frame) {
            case Http2HeadersFrame headers -> headers.isEndStream();
            case Http2DataFrame data -> data.isEndStream();
            default -> false;
        };
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (answered && !asked) {
            var unused = ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        } else if (begun && !answered) {
            boolean unread = ended || !ctx.channel().isWritable();
            var unused = ctx.writeAndFlush(
                    new DefaultHttp2ResetFrame(unread ? Http2Error.CANCEL : Http2Error.INTERNAL_ERROR));
        }
        ctx.close(promise);
    }

    /** What is wrong with a stream is said to its client alone, by who has found it out. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof Http2Exception)) {
            ctx.fireExceptionCaught(cause);
        }
    }
}
