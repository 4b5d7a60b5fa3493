package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one turn of the event loop sends to one client into few large buffers, so that a turn costs one write
 * and one system call, not one for each packet. Owned by the connection's loop.
 */
public final class OutboundBatch {
    private static final int CHUNK_BYTES_MIN = 512;
    private static final int CHUNK_BYTES_MAX = 32 << 10;

    private final Channel channel;
    private @Nullable ByteBuf chunk;

    /** Grows with what the client takes, so that a quiet one costs little. */
    private int chunkBytes = CHUNK_BYTES_MIN;

    private boolean unflushed;
    private boolean closed;

    public OutboundBatch(Channel channel) {
        this.channel = channel;
    }

    /** Where to write a packet of at most so many bytes; valid until the next call of any method here. */
    public ByteBuf room(int bytes) {
        ByteBuf current = chunk;
        if (current != null && current.maxFastWritableBytes() >= bytes) {
            return current;
        }
        if (current != null) {
            hand(current);
            chunkBytes = Math.min(chunkBytes * 4, CHUNK_BYTES_MAX);
        }
        current = channel.alloc().directBuffer(Math.max(bytes, chunkBytes));
        chunk = current;
        return current;
    }

    /** Sends it all. */
    public void flush() {
        ByteBuf current = chunk;
        if (current != null) {
            chunk = null;
            if (current.readableBytes() < CHUNK_BYTES_MIN && chunkBytes > CHUNK_BYTES_MIN) {
                chunkBytes >>= 1;
            }
            hand(current);
        }
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    /** Nothing more is sent. */
    public void close() {
        closed = true;
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    private void hand(ByteBuf full) {
        chunk = null;
        if (closed || !full.isReadable()) {
            full.release();
            return;
        }
        unflushed = true;
        channel.write(full, channel.voidPromise());
    }
}
