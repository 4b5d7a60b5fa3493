package io.signalbox.gateway.web.http2;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.timeout.WriteTimeoutException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.signalbox.gateway.listener.Counters;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a connection that asks nothing, or floods. Owned by the connection's loop. */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);

    private final Http2Limits limits;
    private final Counters<Http2Counter> counters;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> alarm;
    private final Tally controlFrames = new Tally(Http2Limits.CONTROL_FRAMES_MAX, Http2Limits.CONTROL_SECONDS);
    private final Tally failedStreams = new Tally(Http2Limits.ERRORS_MAX, Http2Limits.RESETS_SECONDS);
    private int open;
    private boolean ended;

    ConnectionGuard(Http2Limits limits, Counters<Http2Counter> counters) {
        this.limits = limits;
        this.counters = counters;
    }

    /** Hears of the streams, on the connection's loop. */
    Http2Connection.Listener idle() {
        return new Http2ConnectionAdapter() {
            @Override
            public void onStreamActive(Http2Stream stream) {
                open++;
                cancel();
            }

            @Override
            public void onStreamClosed(Http2Stream stream) {
                if (--open == 0) {
                    endAfter(limits.idleTimeout());
                }
            }
        };
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        endAfter(limits.firstRequestTimeout());
    }

    private void endAfter(Duration delay) {
        ChannelHandlerContext active = context;
        if (active != null && active.channel().isActive()) {
            cancel();
            alarm = active.executor()
                    .schedule(
                            () -> end(active, Http2Counter.ENDED_IDLE, Http2Error.NO_ERROR),
                            delay.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void cancel() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext active, Object frame) {
        ReferenceCountUtil.release(frame);
        if ((frame instanceof Http2PingFrame || frame instanceof Http2SettingsFrame) && controlFrames.add()) {
            end(active, Http2Counter.ENDED_FLOOD, Http2Error.ENHANCE_YOUR_CALM);
        }
    }

    /** The client has made the server reset a stream, whose work may go on for a while (CVE-2025-8671). */
    void streamFailed() {
        ChannelHandlerContext active = context;
        if (failedStreams.add() && active != null) {
            end(active, Http2Counter.ENDED_FLOOD, Http2Error.ENHANCE_YOUR_CALM);
        }
    }

    private void end(ChannelHandlerContext active, Http2Counter reason, Http2Error error) {
        if (count(reason)) {
            active.writeAndFlush(new DefaultHttp2GoAwayFrame(error)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** @return false: it has ended already */
    private boolean count(Http2Counter reason) {
        if (ended) {
            return false;
        }
        ended = true;
        counters.increment(reason);
        return true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        cancel();
        active.fireChannelInactive();
    }

    /** What clients can cause at will is counted and no line in the log; Netty has said goodbye to them. */
    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable cause) {
        if (cause instanceof Http2Exception broken) {
            count(
                    broken.error() == Http2Error.ENHANCE_YOUR_CALM
                            ? Http2Counter.ENDED_FLOOD
                            : Http2Counter.ENDED_MALFORMED);
            return;
        }
        if (cause instanceof WriteTimeoutException) {
            count(Http2Counter.ENDED_UNREAD);
            return;
        }
        if (!(cause instanceof IOException) && !(cause instanceof DecoderException)) {
            LOG.error(
                    "an HTTP/2 connection from {} failed and was closed",
                    active.channel().remoteAddress(),
                    cause);
        }
        active.close();
    }
}
