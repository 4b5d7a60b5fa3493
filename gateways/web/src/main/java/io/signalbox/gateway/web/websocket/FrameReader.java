package io.signalbox.gateway.web.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;

/**
 * Takes a client's frames off the bytes they carry, which are handed on as they come: the protocol inside cuts its own
 * packets and has its own bounds, so nothing is collected here, however long a frame or a message of many says it is.
 * Owned by the connection's loop.
 */
final class FrameReader extends ChannelInboundHandlerAdapter implements WebSocketFrameDecoder {
    private static final int CONTROL_BYTES_MAX = 125;

    private final FrameHeader header = new FrameHeader();
    private final byte[] control = new byte[CONTROL_BYTES_MAX];

    /** Of the frame under way; -1 while its header is being read. */
    private long payloadLeft = -1;

    /** For the next byte of payload, its part in the highest bits. */
    private int mask;

    private int controlBytes;
    private boolean insideMessage;
    private boolean ended;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (ended) {
            in.release();
            return;
        }
        // Payloads move together at the front of what was read, over the headers between them.
        int start = in.readerIndex();
        int out = start;
        CorruptedWebSocketFrameException fault = null;
        try {
            while (!ended && in.isReadable()) {
                if (payloadLeft < 0 && !begin(in)) {
                    break;
                }
                if (!header.isControl()) {
                    out = takeData(in, out);
                } else if (takeControl(in)) {
                    ended = header.opcode() == FrameHeader.CLOSE;
                    if (ended) {
                        CloseBody.check(control, controlBytes);
                    }
                    if (header.opcode() == FrameHeader.PING) {
                        ctx.fireChannelRead(new PingWebSocketFrame(copyOfControl(ctx)));
                    }
                }
            }
        } catch (CorruptedWebSocketFrameException e) {
            ended = true;
            fault = e;
        }
        if (out > start) {
            ctx.fireChannelRead(in.setIndex(start, out));
        } else {
            in.release();
        }
        if (fault != null) {
            ctx.fireExceptionCaught(fault);
        } else if (ended) {
            ctx.fireChannelRead(new CloseWebSocketFrame(true, 0, copyOfControl(ctx)));
        }
    }

    private boolean begin(ByteBuf in) {
        if (!header.read(in)) {
            return false;
        }
        if (!header.isControl()) {
            if (insideMessage != (header.opcode() == FrameHeader.CONTINUATION)) {
                throw new CorruptedWebSocketFrameException(
                        WebSocketCloseStatus.PROTOCOL_ERROR,
                        insideMessage
                                ? "a message begins inside another (RFC 6455, 5.4)"
                                : "a continuation of no message (RFC 6455, 5.4)");
            }
            insideMessage = !header.isFinal();
        }
        payloadLeft = header.payloadBytes();
        mask = header.mask();
        controlBytes = 0;
        header.reset();
        return true;
    }

    /** @return true when the frame is whole */
    private boolean takeControl(ByteBuf in) {
        int count = (int) Math.min(payloadLeft, in.readableBytes());
        for (int i = 0; i < count; i++) {
            control[controlBytes++] = (byte) (in.readByte() ^ mask >>> 24);
            mask = Integer.rotateLeft(mask, 8);
        }
        payloadLeft -= count;
        if (payloadLeft > 0) {
            return false;
        }
        payloadLeft = -1;
        return true;
    }

    private ByteBuf copyOfControl(ChannelHandlerContext ctx) {
        return controlBytes == 0
                ? Unpooled.EMPTY_BUFFER
                : ctx.alloc().buffer(controlBytes).writeBytes(control, 0, controlBytes);
    }

    /** Unmasks what is here of the frame to the index {@code out}. @return the index behind it */
    private int takeData(ByteBuf in, int out) {
        int count = (int) Math.min(payloadLeft, in.readableBytes());
        int from = in.readerIndex();
        int to = out;
        int end = from + count;
        long wide = (long) mask << 32 | mask & 0xFFFF_FFFFL;
        for (; end - from >= Long.BYTES; from += Long.BYTES, to += Long.BYTES) {
            in.setLong(to, in.getLong(from) ^ wide);
        }
        for (; from < end; from++, to++) {
            in.setByte(to, in.getByte(from) ^ mask >>> 24);
            mask = Integer.rotateLeft(mask, 8);
        }
        in.readerIndex(end);
        payloadLeft -= count;
        if (payloadLeft == 0) {
            payloadLeft = -1;
        }
        return to;
    }
}
