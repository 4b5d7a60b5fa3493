package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;

/** Takes whole packets, and what else happens to the channel, from the {@link FrameDecoder}, on the connection's loop. */
public interface PacketSink {
    /**
     * The bytes from the buffer's reader index to {@code end} are the packet behind its fixed header. They are the
     * sink's for this call alone; where it leaves the reader index does not matter.
     *
     * @throws ProtocolException the connection must end for this reason
     */
    void onPacket(int header, ByteBuf in, int end);

    /** The bytes cannot be a packet; nothing more is decoded. */
    void onViolation(ProtocolException violation);

    /** Bytes arrived, so many. */
    void onBytes(int count);

    /** All that was read, or that had waited, is decoded: answers may leave. */
    void onReadEnd();

    /**
     * Before the CONNECT is through: a packet is not yet complete, and keeping its first part takes so many bytes more
     * (or fewer, if negative). All of it is given back in the end.
     *
     * @return false: no room for it, the connection must end
     */
    boolean onBuffered(int bytesMore);

    /** More may be written now, or no more. */
    void onWritability();

    /** Reading, writing or handling a packet failed. */
    void onFailure(Throwable cause);

    /** The channel is closed, or no longer this protocol's. May come twice. */
    void onGone();
}
