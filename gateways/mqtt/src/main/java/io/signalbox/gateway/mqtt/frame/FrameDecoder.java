package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives into packets, and hands them over in place, without an object for each. What can be refused from
 * the first bytes (type, flags, length) is refused before anything is kept: memory is never allotted because of an
 * announced length, only for bytes that came.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    /** Leftovers larger than their buffer divided by this move to a smaller one. */
    private static final int SLACK_FACTOR = 4;

    private static final int LEFTOVER_BYTES_MIN = 256;

    private final PacketSink sink;

    /** Largest whole packet; until CONNECT is through, the smaller limit for that. */
    private int packetBytesMax;

    private boolean connectExpected = true;
    /** Reasons not to go on; each is taken back once. */
    private int holds;

    private boolean ended;
    private boolean decoding;

    /** Nothing more can come, and nothing holds up what has. */
    private boolean lastRead;

    /** Bytes of packets that are not complete, or came while paused. */
    private @Nullable ByteBuf rest;

    private int restCharged;
    private @Nullable ChannelHandlerContext context;

    public FrameDecoder(PacketSink sink, int connectBytesMax) {
        this.sink = sink;
        this.packetBytesMax = connectBytesMax;
    }

    /** The CONNECT is through: other packets may come, up to this size. */
    public void connected(int bytesMax) {
        connectExpected = false;
        packetBytesMax = bytesMax;
        uncharge();
    }

    /** Nothing more is handed over, nor read from the network, until as many {@link #resume}. */
    public void pause() {
        holds++;
        if (context != null) {
            context.channel().config().setAutoRead(false);
        }
    }

    public void resume() {
        if (holds > 0) {
            holds--;
        }
        if (holds > 0 || ended || context == null) {
            return;
        }
        decodeRest();
        sink.onReadEnd(); // no read may follow that would
        if (holds == 0 && !ended) {
            context.channel().config().setAutoRead(true);
        }
    }

    public boolean paused() {
        return holds > 0;
    }

    /** Whatever else arrives is dropped: the connection is ending. */
    public void end() {
        ended = true;
        if (!decoding) {
            releaseRest();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
        sink.onGone();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        decodeLast();
        end();
        sink.onGone();
        ctx.fireChannelInactive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sink.onWritability();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            decodeLast();
        }
        sink.onFailure(cause);
    }

    /**
     * A client that has gone may have been paused: epoll reads to the end of what it sent as soon as there is one. What it
     * acknowledged it counts as acknowledged, and its goodbye as said.
     */
    private void decodeLast() {
        lastRead = true;
        decodeRest();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (ended) {
            in.release();
            return;
        }
        sink.onBytes(in.readableBytes());
        if (rest == null) {
            rest = in;
        } else {
            rest = append(ctx, rest, in);
        }
        decodeRest();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        sink.onReadEnd();
        ctx.fireChannelReadComplete();
    }

    private static ByteBuf append(ChannelHandlerContext ctx, ByteBuf rest, ByteBuf more) {
        ByteBuf all = rest;
        if (rest.maxFastWritableBytes() < more.readableBytes() || rest.refCnt() > 1) {
            int bytes = rest.readableBytes() + more.readableBytes();
            // Half as much again, so that a packet that comes in crumbs is not copied for each of them.
            all = ctx.alloc().buffer(bytes + (bytes >> 1));
            all.writeBytes(rest);
            rest.release();
        }
        all.writeBytes(more);
        more.release();
        return all;
    }

    private void decodeRest() {
        if (rest == null || decoding) {
            return;
        }
        decoding = true;
        try {
            while ((holds == 0 || lastRead) && !ended && rest != null && cut(rest)) {
                // each turn takes one packet
            }
        } catch (ProtocolException e) {
            ended = true;
            sink.onViolation(e);
        } finally {
            decoding = false;
            keepRest();
        }
    }

    /** Shrinks what is left to what it needs, so that one byte does not hold 64 KiB. */
    private void keepRest() {
        ByteBuf left = rest;
        if (left == null) {
            return;
        }
        int bytes = left.readableBytes();
        if (ended || bytes == 0) {
            releaseRest();
            return;
        }
        if (context != null && left.capacity() > Math.max(LEFTOVER_BYTES_MIN, bytes * SLACK_FACTOR)) {
            ByteBuf small = context.alloc().buffer(Math.max(LEFTOVER_BYTES_MIN, bytes));
            small.writeBytes(left);
            left.release();
            left = small;
            rest = small;
        } else if (left.readerIndex() > 0 && !left.isReadOnly()) {
            left.discardSomeReadBytes(); // not all: each packet of a read may come to here
        }
        charge(left.capacity());
    }

    /** Only a stranger is charged: a client's packets are its own, within the limit of a packet. */
    private void charge(int bytes) {
        if (!connectExpected) {
            return;
        }
        int more = bytes - restCharged;
        restCharged = bytes;
        if (more != 0 && !sink.onBuffered(more) && !ended) {
            ended = true;
            releaseRest();
            sink.onViolation(new ProtocolException(
                    MqttReason.SERVER_BUSY, "too many incomplete packets of strangers are held already"));
        }
    }

    private void releaseRest() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
        uncharge();
    }

    private void uncharge() {
        if (restCharged != 0) {
            sink.onBuffered(-restCharged);
            restCharged = 0;
        }
    }

    /** @return true if a packet was handed over and there may be another */
    private boolean cut(ByteBuf in) {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        if (readable == 0) {
            return false;
        }
        int header = in.getUnsignedByte(start);
        checkHeader(header);
        int length = 0;
        int at = start + 1;
        int limit = start + readable;
        for (int shift = 0; ; shift += 7) {
            if (shift > 21) {
                throw ProtocolException.malformed("the Remaining Length has more than 4 bytes (MQTT 5, 1.5.5)");
            }
            if (at == limit) {
                checkLength(header, length, false, at - start);
                return false;
            }
            int b = in.getByte(at++);
            length |= (b & 0x7F) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    throw ProtocolException.malformed(
                            "the Remaining Length has more bytes than it needs (MQTT 5, 1.5.5)");
                }
                break;
            }
        }
        checkLength(header, length, true, at - start);
        if (limit - at < length) {
            return false;
        }
        int end = at + length;
        in.readerIndex(at);
        sink.onPacket(header, in, end);
        in.readerIndex(end);
        return true;
    }

    private void checkHeader(int header) {
        int type = PacketType.of(header);
        if (connectExpected && type != PacketType.CONNECT) {
            throw ProtocolException.violation(
                    "the first packet is " + PacketType.name(type) + "; it must be CONNECT (MQTT 5, 3.1)");
        }
        switch (type) {
            case PacketType.CONNECT -> {
                if (!connectExpected) {
                    throw ProtocolException.violation("a second CONNECT (MQTT 5, 3.1)");
                }
                checkFlags(header, 0);
            }
            case PacketType.PUBLISH -> {
                int qos = header >> 1 & 3;
                if (qos == 3) {
                    throw ProtocolException.malformed("PUBLISH has QoS 3 (MQTT 5, 3.3.1.2)");
                }
                if (qos == 0 && (header & 0x08) != 0) {
                    throw ProtocolException.malformed("PUBLISH has DUP with QoS 0 (MQTT 5, 3.3.1.1)");
                }
            }
            case PacketType.PUBREL, PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE -> checkFlags(header, 2);
            case PacketType.PUBACK,
                    PacketType.PUBREC,
                    PacketType.PUBCOMP,
                    PacketType.PINGREQ,
                    PacketType.DISCONNECT,
                    PacketType.AUTH -> checkFlags(header, 0);
            case 0 -> throw ProtocolException.malformed("packet type 0 is reserved (MQTT 5, 2.1.2)");
            default ->
                throw ProtocolException.violation(PacketType.name(type) + " is sent by servers alone (MQTT 5, 2.1.2)");
        }
    }

    private static void checkFlags(int header, int flags) {
        if ((header & 0x0F) != flags) {
            throw ProtocolException.malformed(PacketType.name(PacketType.of(header)) + " has the flags "
                    + (header & 0x0F) + " in its first byte; they must be " + flags + " (MQTT 5, 2.1.3)");
        }
    }

    /** @param complete false: {@code length} is what its first bytes say, the real one is not smaller */
    private void checkLength(int header, int length, boolean complete, int headerBytes) {
        if (length > packetBytesMax - headerBytes) {
            throw new ProtocolException(
                    MqttReason.PACKET_TOO_LARGE,
                    PacketType.name(PacketType.of(header)) + " of "
                            + (complete ? "" : "at least ") + (length + headerBytes) + " bytes; the limit is "
                            + packetBytesMax);
        }
        if (complete && header == PacketType.PINGREQ << 4 && length != 0) {
            throw ProtocolException.malformed("PINGREQ has " + length + " bytes behind its header; it has none");
        }
    }
}
