package io.signalbox.gateway.web.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells HTTP/2 by its first bytes (RFC 9113 §3.4), with TLS and without: no request of HTTP/1.1 begins so, and whoever
 * agreed on HTTP/2 by ALPN must send them. Then it leaves the pipeline, and the bytes go on to what is there. Owned by
 * the connection's loop.
 */
public final class PrefaceReader extends ByteToMessageDecoder {
    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

    private final Consumer<Channel> http1;
    private final Consumer<Channel> http2;

    /** Each adds its handlers at the end of the pipeline. */
    public PrefaceReader(Consumer<Channel> http1, Consumer<Channel> http2) {
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int have = Math.min(in.readableBytes(), PREFACE.readableBytes());
        boolean same = ByteBufUtil.equals(PREFACE, PREFACE.readerIndex(), in, in.readerIndex(), have);
        if (same && have < PREFACE.readableBytes()) {
            return;
        }
        (same ? http2 : http1).accept(ctx.channel());
        ctx.pipeline().remove(this);
    }
}
