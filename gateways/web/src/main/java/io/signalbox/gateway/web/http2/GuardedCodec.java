package io.signalbox.gateway.web.http2;

import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;

/** Builds a server's codec whose streams a guard watches. */
final class GuardedCodec extends Http2FrameCodecBuilder {
    private final ConnectionGuard guard;

    GuardedCodec(ConnectionGuard guard) {
        this.guard = guard;
        server(true);
    }

    @Override
    protected Http2FrameCodec build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        Http2FrameCodec codec = super.build(decoder, new ResetCounter(encoder, guard), settings);
        codec.connection().addListener(guard.idle());
        return codec;
    }
}
