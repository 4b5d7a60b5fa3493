package io.signalbox.transports.rabbitmq;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transports.connection.Backoff;
import io.signalbox.transports.connection.Breaker;
import io.signalbox.transports.connection.ResponseTimes;
import io.signalbox.transports.connection.Supervisor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A supervised connection to consume on, and how to wait for it. */
record ConsumeLines(ConsumeLink link, Supervisor<ConsumeLink.Line> supervisor) {
    private static final long LOOK_MILLIS = 20;

    /** @return null if there is none now */
    ConsumeLink.@Nullable Line now() {
        return supervisor.connection();
    }

    /** @throws SignalboxException BUSY if there is none within the wait */
    ConsumeLink.Line await(Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        for (ConsumeLink.Line line = now(); ; line = now()) {
            if (line != null && line.connection().isOpen()) {
                return line;
            }
            if (System.nanoTime() >= deadline) {
                throw new SignalboxException(
                        ReasonCode.BUSY,
                        "no connection to RabbitMQ within " + wait + "; "
                                + supervisor.health().detail());
            }
            pause();
        }
    }

    static void pause() {
        pause(Duration.ofMillis(LOOK_MILLIS));
    }

    static void pause(Duration time) {
        try {
            // Not a sleep: an interrupt ends the wait for good.
            boolean never = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
            if (never) {
                throw new AssertionError("nobody counts it down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "interrupted while waiting for RabbitMQ", e);
        }
    }

    static ConsumeLines start(String name, ConsumeLink link, Backoff backoff, Breaker breaker, ResponseTimes times) {
        return new ConsumeLines(link, new Supervisor<>(name, link, backoff, breaker, times).start());
    }
}
