package io.signalbox.gateway.amqp.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.listener.Counters;
import java.util.function.BiConsumer;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.netty.Netty4ToProtonBufferAdapter;
import org.jspecify.annotations.Nullable;

/** From the engine to the socket. Who writes last in a turn flushes. Owned by the connection's loop. Hot path. */
final class EngineOutput implements BiConsumer<ProtonBuffer, @Nullable Runnable> {
    private final Channel channel;
    private final Counters<AmqpCounter> counters;
    private long frameBytesMax = Long.MAX_VALUE;
    private boolean wrote;

    EngineOutput(Channel channel, Counters<AmqpCounter> counters) {
        this.channel = channel;
        this.counters = counters;
    }

    /** What the client takes in one frame. The engine keeps to it with payloads alone. */
    void limit(long bytes) {
        frameBytesMax = bytes;
    }

    @Override
    public void accept(ProtonBuffer buffer, @Nullable Runnable written) {
        if (buffer.getReadableBytes() > frameBytesMax) {
            int bytes = buffer.getReadableBytes();
            buffer.close();
            throw new Violation(
                    Condition.FRAME_SIZE_TOO_SMALL,
                    "what is to be said takes a frame of " + bytes + " bytes; the client takes " + frameBytesMax);
        }
        write(bytes(buffer));
        if (written != null) {
            written.run();
        }
    }

    void write(ByteBuf bytes) {
        wrote = true;
        counters.add(AmqpCounter.BYTES_OUT, bytes.readableBytes());
        channel.write(bytes, channel.voidPromise());
    }

    /** @return whether anything was written since this was asked last */
    boolean hasWritten() {
        boolean did = wrote;
        wrote = false;
        return did;
    }

    private static ByteBuf bytes(ProtonBuffer buffer) {
        if (buffer instanceof Netty4ToProtonBufferAdapter adapter) {
            return adapter.unwrapAndRelease();
        }
        byte[] copy = new byte[buffer.getReadableBytes()];
        buffer.readBytes(copy, 0, copy.length);
        buffer.close();
        return Unpooled.wrappedBuffer(copy);
    }
}
