package io.signalbox.gateway.amqp.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.signalbox.gateway.amqp.frame.FrameDecoder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The idle time-outs (2.4.5): sends an empty frame before nothing was sent for half of the client's, and notices a
 * client that is silent for longer than ours. The engine has its own, which takes the loop's standing still (a stopped
 * process) for the client's silence. Owned by the connection's loop.
 */
final class Heartbeat {
    private static final byte[] EMPTY_FRAME = {0, 0, 0, 8, 2, 0, 0, 0};
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SEND_MILLIS_MIN = 50;

    private final Channel channel;
    private final EngineOutput out;
    private final FrameDecoder decoder;
    private final long limitNanos;
    private final Runnable silent;
    private long lastReadNanos;
    private long dueNanos;

    /** While the client does not read: how much it had not read when it was last looked at. */
    private long bytesInTheWay = Long.MAX_VALUE;

    private @Nullable Future<?> reading;
    private @Nullable Future<?> sending;

    /** @param limitMillis 0: it may be silent for ever */
    Heartbeat(Channel channel, EngineOutput out, FrameDecoder decoder, int limitMillis, Runnable silent) {
        this.channel = channel;
        this.out = out;
        this.decoder = decoder;
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMillis);
        this.silent = silent;
        this.lastReadNanos = now();
    }

    private long now() {
        return channel.eventLoop().ticker().nanoTime();
    }

    /** @param remoteMillis what the client asks for; 0 or less: nothing */
    void start(long remoteMillis) {
        if (limitNanos > 0) {
            look(now(), limitNanos);
        }
        if (remoteMillis > 0) {
            // What goes just after one look is two looks old when it is missed.
            long period = Math.max(SEND_MILLIS_MIN, remoteMillis / 4);
            sending = channel.eventLoop().scheduleAtFixedRate(this::send, period, period, TimeUnit.MILLISECONDS);
        }
    }

    void onRead() {
        if (limitNanos > 0) {
            lastReadNanos = now();
        }
    }

    void stop() {
        if (reading != null) {
            reading.cancel(false);
        }
        if (sending != null) {
            sending.cancel(false);
        }
    }

    private void send() {
        if (!out.hasWritten()) {
            out.write(Unpooled.wrappedBuffer(EMPTY_FRAME));
            out.hasWritten();
            channel.flush();
        }
    }

    private void look(long nowNanos, long delayNanos) {
        dueNanos = nowNanos + delayNanos;
        reading = channel.eventLoop().schedule(this::due, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void due() {
        long now = now();
        long silentNanos = now - lastReadNanos;
        if (silentNanos < limitNanos) {
            look(now, limitNanos - silentNanos);
        } else if (now - dueNanos > LATE_NANOS) {
            look(now, MOMENT_NANOS);
        } else if (decoder.isPaused() && (channel.isWritable() || readSome())) {
            // If nobody listens, it is the server; and what a slow reader says is not read before it has caught up.
            look(now, limitNanos);
        } else {
            silent.run();
        }
    }

    private boolean readSome() {
        long bytes = channel.bytesBeforeWritable();
        boolean fewer = bytes < bytesInTheWay;
        bytesInTheWay = bytes;
        return fewer;
    }
}
