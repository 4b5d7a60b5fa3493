package io.signalbox.transports.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class AwaitedTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Transport awaited(Runnable later) {
        AtomicInteger tries = new AtomicInteger();
        return AwaitedTransport.open("the server", Capabilities.of(Durability.ROUTED, 1), () -> {
            if (tries.incrementAndGet() > 1) {
                later.run();
            }
            throw new SignalboxException(ReasonCode.BUSY, "nobody is there");
        });
    }

    @Test
    void whatIsWrongNowIsTold() {
        try (Transport transport = awaited(() -> {
            throw new SignalboxException(ReasonCode.BAD_CREDENTIALS, "the password is wrong");
        })) {
            assertThat(transport.health().detail()).contains("nobody is there");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> transport.health().detail().contains("the password is wrong"));
        }
    }

    /** A missing library is an Error, and must not end the waiting without a word. */
    @Test
    void anErrorIsToldAndTheWaitingGoesOn() {
        AtomicInteger errors = new AtomicInteger();
        try (Transport transport = awaited(() -> {
            errors.incrementAndGet();
            throw new NoClassDefFoundError("org/example/Driver");
        })) {
            Awaitility.await().atMost(PATIENCE).until(() -> errors.get() >= 2);
            assertThat(transport.health().detail()).contains("org/example/Driver");
        }
    }
}
