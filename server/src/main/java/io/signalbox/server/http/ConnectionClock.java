package io.signalbox.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that take too long: a request must be complete in time however slowly its bytes drip, and a
 * connection that asks nothing does not stay for ever. Owned by the channel's loop.
 */
final class ConnectionClock extends ChannelInboundHandlerAdapter {
    /** For an answer that says why, to a client that is still sending. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Duration requestTimeout;
    private final Duration idleTimeout;
    private final BooleanSupplier onRequestTimeout;
    private @Nullable Future<?> alarm;

    /** What comes begins no request's time: it runs already, or the request is here. */
    private boolean held;

    /** Whatever comes now is too late. */
    private boolean over;

    /** @param onRequestTimeout may still say why; whether the connection is to be closed, soon */
    ConnectionClock(Duration requestTimeout, Duration idleTimeout, BooleanSupplier onRequestTimeout) {
        this.requestTimeout = requestTimeout;
        this.idleTimeout = idleTimeout;
        this.onRequestTimeout = onRequestTimeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        // A new connection that says nothing gets the shorter time.
        alarm = context.executor().schedule(() -> context.close(), requestTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (!held && !over) {
            reading(context);
        }
        context.fireChannelRead(bytes);
    }

    /** The rest of a request is waited for. */
    void reading(ChannelHandlerContext context) {
        held = true;
        set(context, requestTimeout, () -> {
            over = onRequestTimeout.getAsBoolean();
            if (over) {
                // Whoever drips bytes may also never read: the answer is not waited for.
                set(context, FAREWELL, context::close);
            }
        });
    }

    /** The request is here; its answer may take what it takes. */
    void working() {
        held = true;
        cancel();
    }

    /** Its answer is to be taken in time, whatever else comes. */
    void answering(ChannelHandlerContext context) {
        held = true;
        set(context, idleTimeout, context::close);
    }

    /** Nothing is asked; what comes now is the next request. */
    void idle(ChannelHandlerContext context) {
        held = false;
        set(context, idleTimeout, context::close);
    }

    private void set(ChannelHandlerContext context, Duration delay, Runnable action) {
        cancel();
        alarm = context.executor().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancel() {
        if (alarm != null) {
            alarm.cancel(false);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        cancel();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }
}
