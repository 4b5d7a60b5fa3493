package io.signalbox.gateway.amqp.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream into protocol headers and whole frames (2.3), and refuses a length before it holds a byte for it: what
 * is buffered is what has come, at most one frame. Each frame goes on in an array of its own, so that no later reader
 * can run over its end. Owned by the connection's loop.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
    /** A protocol header begins with these: AMQP. */
    private static final int AMQP = 0x414D5150;

    private static final int HEADER_BYTES = 8;
    private static final int FRAME_BYTES_MIN = 8;

    private final FrameSink sink;
    private final ReadCoalescing coalescing = new ReadCoalescing();
    private final Runnable coalesced = () -> resume(Pause.COALESCING);
    private int frameBytesMax;
    private boolean headerExpected = true;
    private boolean ended;
    private boolean reading = true;

    /** Something came that a pause kept from being decoded. */
    private boolean held;

    private int reasonsToPause;
    private int framesRead;
    private @Nullable ChannelHandlerContext context;

    public FrameDecoder(FrameSink sink, int frameBytesMax) {
        this.sink = sink;
        this.frameBytesMax = frameBytesMax;
    }

    /** Why nothing more is read for now. */
    public enum Pause {
        /** A stranger's password is being checked, or its session opened. */
        ANSWER,
        /** It does not read what is sent to it. */
        CONGESTED,
        /** Too much of what it sent is not answered. */
        OUTSTANDING,
        /** Its frames gather in the socket, for a moment; those that come all the same, since the client goes, are read. */
        COALESCING;

        private int bit() {
            return 1 << ordinal();
        }
    }

    /** The next thing is a protocol header; frames after it may be so large. */
    public void expectHeader(int bytesMax) {
        headerExpected = true;
        frameBytesMax = bytesMax;
    }

    /** Frames alone come from now on. */
    public void frames(int bytesMax) {
        headerExpected = false;
        frameBytesMax = bytesMax;
    }

    /** Whatever comes is dropped. */
    public void end() {
        ended = true;
        if (context != null) {
            context.channel().config().setAutoRead(true);
        }
    }

    public void pause(Pause reason) {
        reasonsToPause |= reason.bit();
        reading();
    }

    public void resume(Pause reason) {
        reasonsToPause &= ~reason.bit();
        reading();
    }

    /** For longer than a moment. */
    public boolean isPaused() {
        return (reasonsToPause & ~Pause.COALESCING.bit()) != 0;
    }

    private void reading() {
        boolean now = reasonsToPause == 0;
        ChannelHandlerContext ctx = context;
        if (now == reading || ended || ctx == null) {
            return;
        }
        reading = now;
        ctx.channel().config().setAutoRead(now);
        if (now && held) {
            ctx.executor().execute(() -> decodeHeld(ctx));
        }
    }

    /** What came before the pause, without anything new from the socket. */
    private void decodeHeld(ChannelHandlerContext ctx) {
        if (reading && !ctx.isRemoved()) {
            held = false;
            try {
                channelRead(ctx, Unpooled.EMPTY_BUFFER);
            } catch (Exception e) {
                sink.onFailure(e);
            }
            sink.onReadEnd();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (ended) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (isPaused()) {
            held = true;
            return;
        }
        try {
            if (headerExpected) {
                readHeader(in);
            } else {
                readFrame(in);
            }
        } catch (Violation e) {
            sink.onViolation(e);
        }
    }

    private void readHeader(ByteBuf in) {
        for (int i = 0; i < Math.min(in.readableBytes(), Integer.BYTES); i++) {
            if (in.getByte(in.readerIndex() + i) != (byte) (AMQP >> 8 * (3 - i))) {
                throw new Violation(Condition.FRAMING_ERROR, "the first bytes are not a protocol header (2.2)");
            }
        }
        if (in.readableBytes() >= HEADER_BYTES) {
            headerExpected = false;
            sink.onBytes(HEADER_BYTES);
            sink.onHeader(in.readLong());
        }
    }

    private void readFrame(ByteBuf in) {
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        long size = in.getUnsignedInt(in.readerIndex());
        if (size < FRAME_BYTES_MIN || size > frameBytesMax) {
            throw new Violation(
                    Condition.FRAMING_ERROR,
                    "a frame says it has " + size + " bytes; it must have " + FRAME_BYTES_MIN + " to " + frameBytesMax);
        }
        if (in.readableBytes() < size) {
            return;
        }
        byte[] frame = new byte[(int) size];
        in.readBytes(frame);
        framesRead++;
        sink.onBytes(frame.length);
        sink.onFrame(frame);
    }

    /** Not as inherited: that reads on, whatever pauses, where no message went further up the pipeline; here none does. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
        sink.onReadEnd();
        coalesce(ctx);
    }

    private void coalesce(ChannelHandlerContext ctx) {
        if (reasonsToPause != 0 || ended) {
            return;
        }
        long nanos = coalescing.pause(framesRead, ctx.executor().ticker().nanoTime());
        framesRead = 0;
        if (nanos > 0) {
            pause(Pause.COALESCING);
            ctx.executor().schedule(coalesced, nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sink.onWritability();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        ended = true; // half a frame is nothing
        super.channelInactive(ctx);
        sink.onGone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        sink.onFailure(cause);
    }
}
