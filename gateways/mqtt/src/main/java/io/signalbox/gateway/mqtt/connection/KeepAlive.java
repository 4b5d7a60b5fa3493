package io.signalbox.gateway.mqtt.connection;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a client that is silent for one and a half times its keep alive (MQTT 5, 3.1.2.10). Reading costs one clock
 * reading per network read; the timer moves on lazily, so that it costs nothing per packet.
 *
 * <p>A timer that is late shows that the loop itself stood still (a stopped process, a long pause of the machine): what
 * the client said meanwhile may wait to be read, so it gets a moment more.
 */
final class KeepAlive implements Runnable {
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventExecutor loop;
    private final long limitNanos;
    private final MqttConnection connection;
    private long lastReadNanos;
    private long dueNanos;
    private @Nullable Future<?> timer;

    KeepAlive(EventExecutor loop, int keepAliveSeconds, MqttConnection connection) {
        this.loop = loop;
        this.limitNanos = TimeUnit.SECONDS.toNanos(keepAliveSeconds) * 3 / 2;
        this.connection = connection;
        this.lastReadNanos = loop.ticker().nanoTime();
    }

    void start() {
        if (limitNanos > 0) {
            schedule(loop.ticker().nanoTime(), limitNanos);
        }
    }

    private void schedule(long nowNanos, long delayNanos) {
        dueNanos = nowNanos + delayNanos;
        timer = loop.schedule(this, delayNanos, TimeUnit.NANOSECONDS);
    }

    void onRead() {
        if (limitNanos > 0) {
            lastReadNanos = loop.ticker().nanoTime();
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void run() {
        long nowNanos = loop.ticker().nanoTime();
        long silentNanos = nowNanos - lastReadNanos;
        if (silentNanos < limitNanos) {
            schedule(nowNanos, limitNanos - silentNanos);
        } else if (nowNanos - dueNanos > LATE_NANOS) {
            schedule(nowNanos, MOMENT_NANOS);
        } else {
            connection.onSilence();
        }
    }
}
