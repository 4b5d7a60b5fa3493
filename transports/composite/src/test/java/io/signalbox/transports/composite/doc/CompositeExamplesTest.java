package io.signalbox.transports.composite.doc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.Archive;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.CompositeConfig;
import io.signalbox.transports.composite.CompositeTransport;
import io.signalbox.transports.composite.Member;
import io.signalbox.transports.composite.SwitchedTransport;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import io.signalbox.transports.composite.bridge.Bridge;
import io.signalbox.transports.composite.bridge.BridgeConfig;
import io.signalbox.transports.composite.spool.RefusedMessages;
import io.signalbox.transports.composite.spool.SpoolConfig;
import io.signalbox.transports.composite.spool.SpoolingTransport;
import io.signalbox.transports.composite.strategy.SplitBy;
import io.signalbox.transports.composite.strategy.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/composites.md, run. {@link CompositeDocTest} holds the two together. */
class CompositeExamplesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static void publish(Transport transport, String topic, String payload) {
        TestClient.get(
                transport.publish(
                        Message.to(Topic.ofMqtt(topic)).payload(payload).build()),
                PATIENCE);
    }

    @Test
    void aQuorumOfThreeGoesOnWithOneDown() {
        SwitchedTransport here = Brokers.switched();
        SwitchedTransport there = Brokers.switched();
        SwitchedTransport elsewhere = Brokers.switched();
        CompositeTransport orders = new CompositeTransport(
                CompositeConfig.of(
                        "orders",
                        new Strategy.Quorum(2),
                        List.of(
                                new Member("here", here),
                                new Member("there", there),
                                new Member("elsewhere", elsewhere))),
                TimeSource.monotonic());
        there.mode(Mode.DOWN);
        publish(orders, "orders/1", "x");
        assertThat(here.takenTexts()).containsExactly("x");
        assertThat(elsewhere.takenTexts()).containsExactly("x");
        orders.close();
    }

    @Test
    void splitsAreByTopicByAddresseeOrByKey() {
        Strategy byTopic = new Strategy.Split(new SplitBy.Topics(
                List.of(new SplitBy.TopicRule(TopicFilter.ofMqtt("telemetry/#"), "kafka")), "rabbitmq"));
        Strategy byAddressee = new Strategy.Split(new SplitBy.Addressee(Map.of("billing", "jdbc"), "rabbitmq"));
        Strategy byKey = Strategy.SPLIT_BY_KEY;
        for (Strategy strategy : List.of(byTopic, byAddressee, byKey)) {
            SwitchedTransport kafka = Brokers.switched();
            SwitchedTransport rabbitmq = Brokers.switched();
            SwitchedTransport jdbc = Brokers.switched();
            try (CompositeTransport split = new CompositeTransport(
                    CompositeConfig.of(
                            "split",
                            strategy,
                            List.of(
                                    new Member("kafka", kafka),
                                    new Member("rabbitmq", rabbitmq),
                                    new Member("jdbc", jdbc))),
                    TimeSource.monotonic())) {
                publish(split, "telemetry/1", "x");
                int all = kafka.taken().size()
                        + rabbitmq.taken().size()
                        + jdbc.taken().size();
                assertThat(all).isEqualTo(1);
                assertThat(kafka.taken().size())
                        .isEqualTo(strategy == byTopic ? 1 : kafka.taken().size());
            }
        }
    }

    @Test
    void aTypeMayHaveAStrategyOfItsOwn() {
        SwitchedTransport first = Brokers.switched();
        SwitchedTransport second = Brokers.switched();
        List<Member> members = List.of(new Member("first", first), new Member("second", second));
        CompositeConfig config = CompositeConfig.of("mixed", new Strategy.Fallback(), members)
                .withRules(List.of(
                        new CompositeConfig.Rule.OfType("Payment", Strategy.ALL),
                        new CompositeConfig.Rule.OfTopic(TopicFilter.ofMqtt("audit/#"), Strategy.ALL)));
        try (CompositeTransport mixed = new CompositeTransport(config, TimeSource.monotonic())) {
            publish(mixed, "audit/1", "everywhere");
            publish(mixed, "other", "first");
            assertThat(second.takenTexts()).containsExactly("everywhere");
        }
    }

    @Test
    void anArchiveReceivesEverything() {
        SwitchedTransport first = Brokers.switched();
        SwitchedTransport files = Brokers.switched();
        List<Member> members = List.of(new Member("first", first));
        CompositeConfig archived = CompositeConfig.of("orders", Strategy.ALL, members)
                .withArchives(List.of(new Archive("files", files, Archive.Mode.REQUIRED)));
        try (CompositeTransport orders = new CompositeTransport(archived, TimeSource.monotonic())) {
            publish(orders, "orders/1", "x");
            assertThat(files.takenTexts()).containsExactly("x");
        }
    }

    @Test
    void aSpoolCarriesAServiceThroughAnOutage() throws Exception {
        SwitchedTransport broker = Brokers.switched();
        RefusedMessages deadLetters = RefusedMessages.at((message, refusal) -> {});
        Transport carried = new SpoolingTransport(
                broker, SpoolConfig.in(folder).withQuota(1L << 30, 5_000_000), deadLetters, TimeSource.monotonic());
        broker.mode(Mode.DOWN);
        publish(carried, "orders/1", "during the outage");
        broker.mode(Mode.UP);
        Awaitility.await().atMost(PATIENCE).until(() -> broker.takenTexts().contains("during the outage"));
        carried.close();
    }

    @Test
    void aBridgeCarriesMessagesAcross() {
        SwitchedTransport rabbit = Brokers.switched();
        SwitchedTransport kafka = Brokers.switched();
        Bridge bridge = Bridge.start(
                BridgeConfig.of("rabbit-to-kafka", "orders/#")
                        .withMapping(message -> message.toBuilder()
                                .topic(Topic.ofMqtt(
                                        "imported/" + message.topic().text()))
                                .build()),
                rabbit,
                kafka);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            publish(rabbit, "orders/1", "x");
            return !kafka.taken().isEmpty();
        });
        assertThat(kafka.taken().getFirst().topic().text()).isEqualTo("imported/orders/1");
        bridge.close();
        rabbit.close();
        kafka.close();
    }
}
