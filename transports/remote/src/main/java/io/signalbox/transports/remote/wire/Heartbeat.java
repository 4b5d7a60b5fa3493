package io.signalbox.transports.remote.wire;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.signalbox.transports.connection.ResponseTimes;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks whether the server is there (MQTT 5, 3.12), twice in a keep alive, and how fast it answers. The loop's. */
final class Heartbeat {
    private final ResponseTimes responseTimes;
    private @Nullable Future<?> beats;
    private boolean asked;
    private boolean heard;
    private long askedNanos;

    Heartbeat(ResponseTimes responseTimes) {
        this.responseTimes = responseTimes;
    }

    /** @param silent the server has sent nothing since it was asked the last time */
    void start(ChannelHandlerContext context, Duration keepAlive, MqttProperties connack, Runnable silent) {
        long millis = Math.min(
                keepAlive.toMillis(),
                1_000 * Properties.number(connack, Properties.SERVER_KEEP_ALIVE, Integer.MAX_VALUE));
        long pause = Math.max(1, millis / 2);
        beats = context.executor()
                .scheduleAtFixedRate(() -> beat(context, silent), pause, pause, TimeUnit.MILLISECONDS);
    }

    private void beat(ChannelHandlerContext context, Runnable silent) {
        if (asked && !heard) {
            silent.run();
            return;
        }
        if (!asked) {
            asked = true;
            askedNanos = System.nanoTime();
        }
        heard = false;
        ChannelFuture unused = context.writeAndFlush(MqttMessage.PINGREQ);
    }

    /** Anything. */
    void heard() {
        heard = true;
    }

    void answered() {
        if (asked) {
            asked = false;
            responseTimes.record(System.nanoTime() - askedNanos);
        }
    }

    void stop() {
        if (beats != null) {
            beats.cancel(false);
        }
    }
}
