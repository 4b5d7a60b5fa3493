package io.signalbox.gateway.mqtt.connection;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a client that is silent for one and a half times its keep alive (MQTT 5, 3.1.2.10). Reading costs one clock
 * reading per network read; the timer moves on lazily, so that it costs nothing per packet.
 */
final class KeepAlive implements Runnable {
    private final EventExecutor loop;
    private final long limitNanos;
    private final Runnable onSilence;
    private long lastReadNanos;
    private @Nullable Future<?> timer;

    KeepAlive(EventExecutor loop, int keepAliveSeconds, Runnable onSilence) {
        this.loop = loop;
        this.limitNanos = TimeUnit.SECONDS.toNanos(keepAliveSeconds) * 3 / 2;
        this.onSilence = onSilence;
        this.lastReadNanos = loop.ticker().nanoTime();
    }

    void start() {
        if (limitNanos > 0) {
            timer = loop.schedule(this, limitNanos, TimeUnit.NANOSECONDS);
        }
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
        long silentNanos = loop.ticker().nanoTime() - lastReadNanos;
        if (silentNanos >= limitNanos) {
            onSilence.run();
        } else {
            timer = loop.schedule(this, limitNanos - silentNanos, TimeUnit.NANOSECONDS);
        }
    }
}
