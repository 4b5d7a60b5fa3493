package io.signalbox.transports.remote;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Health;
import io.signalbox.transports.connection.Backoff;
import java.net.URI;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A server that is too busy says when to come back ({@code sb-retry-after}), and knows better than the backoff. */
final class RetryAfterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The jitter is drawn from a hundred days: nobody draws one of seconds. */
    private static final Backoff ENDLESS = new Backoff(Duration.ofDays(100), 1, Duration.ofDays(100));

    @Test
    void whoIsToldWhenToComeBackComesThen() {
        try (SilentServer server = new SilentServer()) {
            server.refuseFor(20);
            try (RemoteTransport transport = RemoteTransport.open(
                    RemoteConfig.of(URI.create(server.url()), "retry-test"), TimeSource.monotonic(), ENDLESS)) {
                Awaitility.await().atMost(PATIENCE).until(() -> server.connects() >= 3);
                server.refuseFor(0);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> transport.health().status() == Health.Status.UP);
            }
        }
    }
}
