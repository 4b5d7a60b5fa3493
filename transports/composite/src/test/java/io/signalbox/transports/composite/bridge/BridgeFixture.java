package io.signalbox.transports.composite.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.message.Message;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.SwitchedTransport;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** A bridge between two brokers, of which the source and the target can be made to misbehave. */
abstract class BridgeFixture {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final EmbeddedBroker sourceBroker = Brokers.open();
    final SwitchedTransport source = new SwitchedTransport(sourceBroker);
    final SwitchedTransport target = Brokers.switched();

    /** Nobody else answers, so one that is started again need not wait for that. */
    static final Bridge.Pace ALONE = new Bridge.Pace(5_000, 20_000, 60_000, 20);

    @SuppressWarnings("NullAway.Init") // each test starts one
    Bridge bridge;

    final void start(BridgeConfig config) {
        bridge = Bridge.start(config, source, FarSide.of(target), ALONE);
        awaitUp(bridge);
    }

    static void awaitUp(Bridge one) {
        Awaitility.await().atMost(PATIENCE).until(() -> one.health().status() == Health.Status.UP);
    }

    @AfterEach
    final void close() {
        bridge.close();
        source.close();
        target.close();
    }

    final void publish(Message message) {
        TestClient.get(source.publish(message), PATIENCE);
    }

    final void publish(String topic, String payload) {
        publish(Message.to(Topic.ofMqtt(topic)).payload(payload).build());
    }

    final void publishMany(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            publish("a/" + i % 3, prefix + i);
        }
    }

    static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    final void awaitTaken(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> target.taken().size() >= count);
    }

    final void awaitCounts(long carried, long filtered, long rejected) {
        BridgeCounts expected = new BridgeCounts(carried, filtered, rejected, 0, 0, 0, 0);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bridge.counts()).isEqualTo(expected));
    }
}
