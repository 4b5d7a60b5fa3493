package io.signalbox.gateway.web.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.listener.RemoteAddress;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Gives a stream a place, or an answer without a body, which waits for no window: a reset would tell less, and many of
 * them would look like an attack. Shared by all streams; thread safe.
 */
final class StreamDoor extends ChannelInboundHandlerAdapter {
    private final StreamPlaces places;
    private final StreamPlaces spare;
    private final Predicate<String> spared;
    private final Counters<Http2Counter> counters;
    private final Consumer<Channel> setup;

    /**
     * @param streamsMax under way at once, of all connections together
     * @param spared whether what is at a path has places of its own, as many, when others have none
     * @param setup adds what answers requests to the channel of a stream
     */
    StreamDoor(int streamsMax, Predicate<String> spared, Counters<Http2Counter> counters, Consumer<Channel> setup) {
        places = new StreamPlaces(streamsMax);
        spare = new StreamPlaces(streamsMax);
        this.spared = spared;
        this.counters = counters;
        this.setup = setup;
    }

    @Override
    public boolean isSharable() {
        return true;
    }

    /** The first frame of a stream is its head. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        Channel stream = ctx.channel();
        String network = RemoteAddress.network(stream.remoteAddress());
        StreamPlaces entered = frame instanceof Http2HeadersFrame head && isSpared(head) ? spare : places;
        if (!entered.enter(network)) {
            ReferenceCountUtil.release(frame);
            counters.increment(Http2Counter.STREAMS_REFUSED);
            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().status("503").set("retry-after", "1"), true))
                    .addListener(ChannelFutureListener.CLOSE);
            ctx.pipeline().replace(this, null, new Refused());
            return;
        }
        counters.increment(Http2Counter.STREAMS_OPENED);
        counters.increment(Http2Counter.STREAMS_OPEN);
        stream.closeFuture().addListener(closed -> {
            entered.leave(network);
            counters.add(Http2Counter.STREAMS_OPEN, -1);
        });
        setup.accept(stream);
        ctx.fireChannelRead(frame);
        ctx.pipeline().remove(this);
    }

    /** What comes behind a refused head, until the stream is closed, is no request. */
    private static final class Refused extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            ReferenceCountUtil.release(frame);
        }
    }

    private boolean isSpared(Http2HeadersFrame head) {
        CharSequence path = head.headers().path();
        return path != null && spared.test(path.toString());
    }
}
