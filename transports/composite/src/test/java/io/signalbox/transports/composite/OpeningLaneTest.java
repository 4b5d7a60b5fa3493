package io.signalbox.transports.composite;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.RecordingSubscriber;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.TestLane;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Where a merged session is handed out, whichever of its members was the last to answer. */
class OpeningLaneTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long STALLED_SECONDS = 20;

    private static CompositeTransport composite(Member... members) {
        return new CompositeTransport(
                CompositeConfig.of("c", Strategy.ANY, List.of(members)).withAnswerTimeout(Duration.ofSeconds(3)),
                TimeSource.monotonic());
    }

    private static <T> T whenOpened(CompositeTransport composite, TestLane lane, Supplier<T> look) {
        CompletableFuture<T> seen = new CompletableFuture<>();
        // From the lane, so that a session that is there at once is not looked at elsewhere.
        lane.execute(() -> composite
                .open(SessionOptions.transientSession("s"), lane, new RecordingSubscriber(lane, SettleBehaviour.ACCEPT))
                .thenApply(session -> look.get())
                .whenComplete((looked, failure) -> {
                    if (failure == null) {
                        seen.complete(looked);
                    } else {
                        seen.completeExceptionally(failure);
                    }
                }));
        return TestClient.get(seen, PATIENCE);
    }

    private static ForwardingTransport deaf() {
        return new ForwardingTransport(Brokers.open()) {
            @Override
            public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
                return new CompletableFuture<>();
            }
        };
    }

    /** One thread of the whole process sees to time limits: it is not to be the one that hands a session out. */
    @Test
    void whoIsHandedASessionOfWhichAMemberIsAbsentHoldsUpNobodysTimeLimits() {
        try (TestLane lane = new TestLane("t");
                CompositeTransport composite =
                        composite(new Member("here", Brokers.open()), new Member("deaf", deaf()))) {
            assertThat(whenOpened(composite, lane, OpeningLaneTest::anotherTimeLimitHolds))
                    .isTrue();
        }
    }

    private static boolean anotherTimeLimitHolds() {
        try {
            new CompletableFuture<Void>().orTimeout(1, TimeUnit.MILLISECONDS).get(STALLED_SECONDS, TimeUnit.SECONDS);
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSessionIsHandedOutOnItsLane() {
        try (TestLane lane = new TestLane("t");
                CompositeTransport composite =
                        composite(new Member("here", Brokers.open()), new Member("deaf", deaf()))) {
            assertThat(whenOpened(composite, lane, lane::inLane)).isTrue();
        }
    }
}
