package io.signalbox.gateway.web.http2;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;

/** Tells the guard why the server resets streams, the codec itself included. Owned by the connection's loop. */
final class ResetCounter extends DecoratingHttp2ConnectionEncoder {
    private final ConnectionGuard guard;

    ResetCounter(Http2ConnectionEncoder encoder, ConnectionGuard guard) {
        super(encoder);
        this.guard = guard;
    }

    @Override
    public ChannelFuture writeRstStream(ChannelHandlerContext ctx, int streamId, long error, ChannelPromise promise) {
        boolean known = connection().stream(streamId) != null;
        ChannelFuture written = super.writeRstStream(ctx, streamId, error, promise);
        if (isClientsFault(Http2Error.valueOf(error), known)) {
            guard.streamFailed();
        }
        return written;
    }

    private static boolean isClientsFault(Http2Error error, boolean known) {
        return switch (error) {
            case NO_ERROR, CANCEL, REFUSED_STREAM, INTERNAL_ERROR -> false;
            // Else it was under way already when the server ended the stream, as RFC 9113 (5.1) foresees.
            case STREAM_CLOSED -> known;
            default -> true;
        };
    }
}
