package io.signalbox.gateway.web.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.signalbox.gateway.listener.Counters;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Makes connections speak HTTP/2. Each stream is a channel of its own, of HTTP requests and answers; it is not writable
 * while its reader opens no window. Thread safe.
 */
public final class Http2Connections {
    private static final int GOODBYE_MILLIS = 1_000;

    private final Http2Limits limits;
    private final Counters<Http2Counter> counters = new Counters<>(Http2Counter.class);
    private final StreamDoor door;

    /**
     * @param streamsMax under way at once, of all connections together; of one address half of them
     * @param spared whether what is at a path has places of its own, as many, for when there are no others
     * @param setup adds what answers requests to the channel of a stream
     */
    public Http2Connections(Http2Limits limits, int streamsMax, Predicate<String> spared, Consumer<Channel> setup) {
        this.limits = limits;
        door = new StreamDoor(streamsMax, spared, counters, stream -> {
            stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
            setup.accept(stream);
        });
    }

    public Counters<Http2Counter> counters() {
        return counters;
    }

    /** On the channel's loop, before its first byte has been read by another. */
    public void open(Channel channel) {
        counters.increment(Http2Counter.OPEN);
        channel.closeFuture().addListener(closed -> counters.add(Http2Counter.OPEN, -1));
        ConnectionGuard guard = new ConnectionGuard(limits, counters);
        Http2FrameCodec codec = new GuardedCodec(guard)
                .initialSettings(new Http2Settings()
                        .maxConcurrentStreams(limits.streamsMax())
                        .maxHeaderListSize(limits.headerBytesMax()))
                .validateHeaders(true)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(Http2Limits.EMPTY_DATA_MAX)
                .decoderEnforceMaxRstFramesPerWindow(Http2Limits.RESETS_MAX, Http2Limits.RESETS_SECONDS)
                // The guard counts them by their cause: a refusal is no attack.
                .encoderEnforceMaxRstFramesPerWindow(0, 0)
                .decoderEnforceMaxSmallContinuationFrames(Http2Limits.SMALL_CONTINUATIONS_MAX)
                .encoderEnforceMaxQueuedControlFrames(Http2Limits.UNREAD_ANSWERS_MAX)
                .gracefulShutdownTimeoutMillis(GOODBYE_MILLIS)
                .build();
        // Who does not read his socket: even the frame that would end his streams waits for it.
        WriteTimeoutHandler unread =
                new WriteTimeoutHandler(limits.idleTimeout().toMillis(), TimeUnit.MILLISECONDS);
        channel.pipeline().addLast(unread, codec, new Http2MultiplexHandler(new Streams()), guard);
    }

    /** Shared by all connections. */
    private final class Streams extends ChannelInitializer<Channel> {
        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new StreamEnd(), door);
        }
    }
}
