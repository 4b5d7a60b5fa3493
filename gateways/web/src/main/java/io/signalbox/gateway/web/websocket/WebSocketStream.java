package io.signalbox.gateway.web.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands behind it sees a plain connection: bytes go out as binary frames, pings are answered, and to close is to
 * say so first. Owned by the connection's loop.
 */
final class WebSocketStream extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketStream.class);

    /** How long a client may take to answer that it closes too. */
    private static final int CLOSING_MILLIS = 1_000;

    private boolean closeSent;
    private boolean closeReceived;
    private @Nullable ChannelPromise closed;

    /** Of several pings that could not be answered the last one counts (RFC 6455 §5.5.3). */
    private @Nullable ByteBuf unanswered;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case ByteBuf bytes -> {
                if (closeSent) {
                    bytes.release();
                } else {
                    ctx.fireChannelRead(bytes);
                }
            }
            case PingWebSocketFrame ping -> {
                forgetPing();
                unanswered = ping.content();
            }
            case CloseWebSocketFrame close -> {
                int code =
                        close.content().isReadable() ? close.statusCode() : WebSocketCloseStatus.NORMAL_CLOSURE.code();
                close.release();
                closeReceived = true;
                end(ctx, WebSocketCloseStatus.valueOf(code));
            }
            default -> ReferenceCountUtil.release(message);
        }
    }

    /** One answer for all the pings of a read: they may come by thousands. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        answerPing(ctx);
        ctx.fireChannelReadComplete();
    }

    private void answerPing(ChannelHandlerContext ctx) {
        ByteBuf content = unanswered;
        if (content != null && ctx.channel().isWritable() && !closeSent) {
            unanswered = null;
            ctx.writeAndFlush(new PongWebSocketFrame(content), ctx.voidPromise());
        }
    }

    private void forgetPing() {
        if (unanswered != null) {
            unanswered.release();
            unanswered = null;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        answerPing(ctx);
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.write(message, promise);
        } else if (closeSent || !bytes.isReadable()) {
            bytes.release();
            ctx.write(Unpooled.EMPTY_BUFFER, promise);
        } else {
            ctx.write(new BinaryWebSocketFrame(bytes), promise);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (closeReceived || !ctx.channel().isActive()) {
            ctx.close(promise);
            return;
        }
        if (closed != null) {
            closed.addListener(done -> promise.trySuccess());
            return;
        }
        closed = promise;
        end(ctx, WebSocketCloseStatus.NORMAL_CLOSURE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            LOG.debug("WebSocket of {}: {}", ctx.channel().remoteAddress(), cause.getMessage());
            end(ctx, corrupted.closeStatus());
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /**
     * Says it once; then the connection goes when both have said it, or the client takes too long. Until then what
     * comes is dropped, not left unread: a socket that is closed over unread bytes is reset, and the client would not
     * hear why.
     */
    private void end(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
        if (!closeSent) {
            closeSent = true;
            forgetPing();
            ctx.channel().config().setAutoRead(true); // for the client's own; all else is dropped
            ctx.writeAndFlush(new CloseWebSocketFrame(status)).addListener(written -> {
                if (closeReceived || !written.isSuccess()) {
                    closeNow(ctx);
                }
            });
            ctx.executor().schedule(() -> closeNow(ctx), CLOSING_MILLIS, TimeUnit.MILLISECONDS);
        } else if (closeReceived) {
            closeNow(ctx);
        }
    }

    private void closeNow(ChannelHandlerContext ctx) {
        ChannelPromise waiting = closed;
        closed = null;
        if (waiting == null || waiting.isVoid()) {
            ctx.close();
        } else {
            ctx.close(waiting);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        forgetPing();
    }
}
