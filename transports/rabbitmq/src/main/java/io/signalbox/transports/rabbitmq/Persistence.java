package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transports.connection.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server again when a connection is lost under a question, with a growing pause, until the answer comes, the
 * server refuses for good, or nobody wants it any more.
 *
 * @param patience how long after the first failure a question is asked that may be given up
 */
record Persistence(String session, Duration patience, BooleanSupplier wanted) {
    private static final Logger LOG = LoggerFactory.getLogger(Persistence.class);
    private static final Backoff PAUSES = new Backoff(Duration.ofMillis(20), 2, Duration.ofSeconds(5));

    /** What the server refuses so often is no race. */
    private static final int REFUSALS_MAX = 5;

    interface Work<T> {
        T run() throws IOException;
    }

    /** @throws SignalboxException BUSY if patience has ended, INTERNAL if the server refuses, CLOSED if it is not wanted */
    <T> T untilGivenUp(Work<T> work) {
        return ask(work, true);
    }

    /** @throws SignalboxException INTERNAL if the server refuses, CLOSED if it is not wanted */
    <T> T asLongAsItTakes(Work<T> work) {
        return ask(work, false);
    }

    private <T> T ask(Work<T> work, boolean impatient) {
        int refusals = 0;
        long firstFailureNanos = 0;
        for (int failures = 1; ; failures++) {
            try {
                return work.run();
            } catch (IOException | AlreadyClosedException e) {
                String refusal = Probe.refusal(e);
                if (refusal != null && ++refusals >= REFUSALS_MAX) {
                    throw new SignalboxException(
                            ReasonCode.INTERNAL,
                            "RabbitMQ refuses what session '" + session + "' needs: " + refusal,
                            e);
                }
                if (!wanted.getAsBoolean()) {
                    throw new SignalboxException(
                            ReasonCode.CLOSED, "session '" + session + "' is not attached any more", e);
                }
                long now = System.nanoTime();
                firstFailureNanos = failures == 1 ? now : firstFailureNanos;
                if (impatient && now - firstFailureNanos > patience.toNanos()) {
                    throw new SignalboxException(
                            ReasonCode.BUSY,
                            "RabbitMQ does not answer for session '" + session + "' in " + patience + ": " + e,
                            e);
                }
                LOG.debug("asking again for session {}", session, e);
                ConsumeLines.pause(PAUSES.delay(failures, ThreadLocalRandom.current()));
            }
        }
    }
}
