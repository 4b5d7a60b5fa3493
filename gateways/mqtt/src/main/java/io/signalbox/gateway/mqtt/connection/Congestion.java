package io.signalbox.gateway.mqtt.connection;

import io.netty.channel.Channel;
import io.signalbox.gateway.mqtt.frame.FrameDecoder;
import java.util.concurrent.Executor;

/**
 * Who does not read its answers is not asked for more questions: PINGREQ for ever must not fill the memory. Owned by
 * the connection's loop.
 */
final class Congestion {
    private final Channel channel;
    private final FrameDecoder decoder;
    private final Executor loop;
    private boolean congested;

    /** While congested: how much was to be sent before the client was last found to read. */
    private long bytesInTheWay;

    Congestion(Channel channel, FrameDecoder decoder, Executor loop) {
        this.channel = channel;
        this.decoder = decoder;
        this.loop = loop;
    }

    boolean isCongested() {
        return congested;
    }

    /** @return whether the client has just caught up */
    boolean onWritability() {
        if (channel.isWritable() != congested) {
            return false;
        }
        congested = !congested;
        if (congested) {
            bytesInTheWay = Long.MAX_VALUE;
            decoder.pause();
        } else {
            loop.execute(decoder::resume);
        }
        return !congested;
    }

    /** @return whether the client has read anything since the last call */
    boolean readSome() {
        long bytes = channel.bytesBeforeWritable();
        boolean fewer = bytes < bytesInTheWay;
        bytesInTheWay = bytes;
        return fewer;
    }
}
