package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.composite.SwitchedTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Of several bridges of one name, each counts what was lost while it carried. */
class LossesOfAnotherTest extends BridgeFixture {
    private static final Bridge.Pace PACE = new Bridge.Pace(50, 2_000, 10_000, 500);
    private static final BridgeConfig CONFIG =
            BridgeConfig.of("b", "a/#").withAnswerTimeout(Duration.ofSeconds(1)); // looks often

    /** A source that ends the bridge's session, opens it or not, and has lost as many as the test says. */
    private final class Source extends SwitchedTransport {
        private final AtomicLong lost = new AtomicLong();
        private volatile boolean opens = true;
        private volatile Runnable end = () -> {};

        Source() {
            super(sourceBroker);
        }

        @Override
        public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
            if (!options.name().equals(CONFIG.sessionName())) {
                return super.open(options, lane, subscriber);
            }
            if (!opens) {
                return CompletableFuture.failedFuture(new Refusal(ReasonCode.BUSY, "on purpose").toException());
            }
            end = () -> lane.execute(() -> subscriber.onDetached(DetachReason.REVOKED));
            return super.open(options, lane, subscriber).thenApply(session -> new ForwardingSession(session) {
                @Override
                public long lostCount() {
                    return lost.get();
                }
            });
        }
    }

    private static boolean standsBy(Bridge one) {
        return one.health().detail().contains("stands by");
    }

    private static void awaitCarrying(Bridge one) {
        Awaitility.await().atMost(PATIENCE).until(() -> one.health().equals(Health.UP));
    }

    @Test
    void oneThatFindsAnotherAfterItsSessionWasEndedLeavesThatOnesLossesToIt() {
        Source own = new Source();
        bridge = Bridge.start(CONFIG, own, FarSide.of(target), PACE);
        awaitCarrying(bridge);
        try (Bridge other = Bridge.start(CONFIG, source, FarSide.of(target), PACE)) {
            Awaitility.await().atMost(PATIENCE).until(() -> standsBy(other));
            own.opens = false;
            own.end.run();
            awaitCarrying(other);
            Awaitility.await().atMost(PATIENCE).until(() -> standsBy(bridge));
            own.lost.set(20);
            own.opens = true;
        }
        awaitCarrying(bridge);
        assertThat(bridge.counts().lost()).isZero();
        own.lost.set(23);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bridge.counts().lost()).isEqualTo(3));
    }
}
