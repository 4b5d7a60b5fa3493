package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.message.Message;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.strategy.Stop;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A target that keeps publishes for its server comes back at the worst moments; the order stays. */
class BridgeOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<Thread.State> STANDS =
            EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

    private final EmbeddedBroker source = Brokers.open();
    private final HoldingTransport target = new HoldingTransport(Brokers.open());

    @SuppressWarnings("NullAway.Init") // before each test
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start(
                BridgeConfig.of("b", "a/#").withAnswerTimeout(Duration.ofMinutes(5)),
                source,
                FarSide.of(target),
                new Bridge.Pace(5_000, 20_000, 60_000, 20),
                new Stop(Duration.ofHours(1)));
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().status() == Health.Status.UP);
    }

    @AfterEach
    void close() {
        bridge.close();
        source.close();
        target.close();
    }

    private void publish(String payload) {
        TestClient.get(
                source.publish(Message.to(Topic.ofMqtt("a/1")).payload(payload).build()), PATIENCE);
    }

    private void awaitQueued(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> target.queued() == count);
    }

    private void awaitCarried(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.counts().carried() == count);
    }

    @Test
    void aServerThatIsBackBetweenTheDeadlinesOfTwoChangesNoOrder() {
        target.leave();
        publish("first");
        awaitQueued(1);
        target.pass(50);
        publish("second");
        awaitQueued(2);
        target.pass(HoldingTransport.HOLD_MILLIS - 50);
        target.comeBack();
        awaitCarried(2);
        assertThat(target.written()).containsExactly("first", "second");
    }

    /** The bridge has looked whether there is an outage, and there was none yet. */
    @Test
    void whatIsOnItsWayToTheTargetWhenAnEarlierOneIsRefusedOvertakesNothing() throws InterruptedException {
        target.leave();
        publish("first");
        awaitQueued(1);
        CountDownLatch onItsWay = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        target.beforeQueued(() -> {
            onItsWay.countDown();
            await(goesOn);
        });
        publish("second");
        await(onItsWay);
        Thread refusing = Thread.ofPlatform().start(() -> target.pass(HoldingTransport.HOLD_MILLIS));
        Awaitility.await().atMost(PATIENCE).until(() -> STANDS.contains(refusing.getState()));
        goesOn.countDown();
        refusing.join();
        Awaitility.await().atMost(PATIENCE).until(() -> target.queued() > 0);
        target.comeBack();
        awaitCarried(2);
        assertThat(target.written()).containsExactly("first", "second");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
