package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.strategy.Stop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers of a target that come late, or never, or of which it throws instead. */
class CrossingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The longest first pause, and what was to run after it has run. */
    private static final long AFTER_PAUSE_MILLIS = 101;

    private final List<Sent> tries = new CopyOnWriteArrayList<>();
    private final BridgeLane lane = new BridgeLane("test");
    private final Crossing crossing = new Crossing(
            BridgeConfig.of("b", "a/#").withAnswerTimeout(Duration.ofNanos(1)), new Far(), lane, new Stop()); // by hand
    private volatile boolean broken;
    private int deliveries;

    private record Sent(String text, PublishCallback callback) {
        void refuse(String why) {
            callback.refused(0, new Refusal(ReasonCode.BUSY, why));
        }

        void take() {
            callback.published(0, Outcome.ROUTED, Durability.SYNCED, 0);
        }
    }

    private final class Far implements FarSide {
        @Override
        public String name() {
            return "far";
        }

        @Override
        public Passage passage(Message message) {
            return callback -> {
                if (broken) {
                    throw new NoClassDefFoundError("on purpose");
                }
                tries.add(new Sent(message.payloadText(), callback));
            };
        }
    }

    @AfterEach
    void close() {
        lane.close();
    }

    private void onLane(Runnable task) {
        TestClient.get(CompletableFuture.runAsync(task, lane::execute), PATIENCE);
    }

    private void take(String text) {
        Message message = Message.to(Topic.ofMqtt("a/1")).payload(text).build();
        onLane(() -> crossing.take(++deliveries, message));
    }

    private void awaitTries(String... texts) {
        Awaitility.await().atMost(PATIENCE).until(() -> tries.size() >= texts.length);
        onLane(() -> {});
        assertTries(texts);
    }

    private void assertTries(String... texts) {
        assertThat(tries).extracting(Sent::text).containsExactly(texts);
    }

    private void pass() {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        lane.later(AFTER_PAUSE_MILLIS, () -> passed.complete(null));
        TestClient.get(passed, PATIENCE);
    }

    @Test
    void aTargetThatThrowsHasRefusedAndIsOvertakenByNothing() {
        take("first");
        broken = true;
        tries.getFirst().refuse("away");
        Awaitility.await().atMost(PATIENCE).until(() -> {
            CompletableFuture<Boolean> threw = new CompletableFuture<>();
            onLane(() -> threw.complete(crossing.health().detail().contains("on purpose")));
            return threw.join();
        });
        broken = false;
        take("second");
        awaitTries("first", "first", "second");
    }

    @Test
    void aFirstTryThatThrowsIsKnownAtOnce() {
        broken = true;
        take("first");
        take("second");
        broken = false;
        awaitTries("first", "second");
    }

    @Test
    void aRefusalOfATryThatWasGivenUpEndsNoLaterOne() {
        take("first");
        onLane(crossing::giveUpWaiting);
        awaitTries("first", "first");
        tries.getFirst().refuse("too late");
        onLane(() -> {});
        assertThat(crossing.health().detail()).doesNotContain("too late");
        take("second");
        assertTries("first", "first", "second");
        tries.get(1).take();
        tries.get(2).take();
        onLane(() -> {});
        assertThat(crossing.counts(0).carried()).isEqualTo(2);
    }

    @Test
    void aTakenTryCountsThoughItWasGivenUp() {
        take("first");
        onLane(crossing::giveUpWaiting);
        tries.getFirst().take();
        onLane(() -> {});
        assertThat(crossing.counts(0).carried()).isEqualTo(1);
    }

    @Test
    void thePauseOfAnEarlierSessionEndsNoOutageOfThisOne() {
        take("first");
        tries.getFirst().refuse("away");
        onLane(crossing::detach); // the source offers it again
        take("first");
        take("second");
        tries.get(1).refuse("away");
        pass();
        assertTries("first", "first", "second");
        tries.get(2).refuse("away");
        awaitTries("first", "first", "second", "first", "second");
    }

    @Test
    void aRefusalFromAnEarlierSessionStopsNothing() {
        take("first");
        onLane(crossing::detach);
        tries.getFirst().refuse("away");
        take("first");
        assertTries("first", "first");
    }
}
