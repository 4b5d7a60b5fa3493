package io.signalbox.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What comes from a connection: whether it is read, how long it is waited for, and what came too early. Owned by the
 * channel's loop.
 */
final class Inflow {
    /** Bounded by what one read of the socket brings. */
    private final Queue<Object> early = new ArrayDeque<>();

    private @Nullable ConnectionClock clock;

    void clock(ConnectionClock value) {
        clock = value;
    }

    @Nullable
    ConnectionClock clock() {
        return clock;
    }

    Queue<Object> early() {
        return early;
    }

    /** The server takes its time: nothing is read, or what comes meanwhile would fill the memory. */
    void hold(ChannelHandlerContext active) {
        active.channel().config().setAutoRead(false);
        if (clock != null) {
            clock.working();
        }
    }

    void read(ChannelHandlerContext active) {
        active.channel().config().setAutoRead(true);
    }

    /** The rest of a request is waited for. */
    void expect(ChannelHandlerContext active) {
        if (clock != null) {
            clock.reading(active);
        }
    }

    /** The answer is written, if its reader takes it in time. */
    void answering(ChannelHandlerContext active) {
        if (clock != null) {
            clock.answering(active);
        }
    }

    /** Nothing is asked. */
    void idle(ChannelHandlerContext active) {
        if (clock != null) {
            clock.idle(active);
        }
    }

    void release() {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }
}
