package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A cluster of three, each message on all of them, two of which must have it: {@code ./test -Dtest=ClusterTest
 * -Dsignalbox.long=true}, a minute or two.
 */
@EnabledIfSystemProperty(named = "signalbox.long", matches = "true")
final class ClusterTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = Integer.getInteger("signalbox.faults.messages", 3_000);
    private static final KafkaCluster CLUSTER = new KafkaCluster(3);

    private final List<KafkaTransport> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(KafkaTransport::close);
        CLUSTER.startAll();
    }

    @AfterAll
    static void end() {
        CLUSTER.close();
    }

    private static KafkaConfig config(String prefix, Duration hold) {
        return KafkaConfig.of(CLUSTER.bootstrap())
                .withPrefix(prefix)
                .withCreation(new KafkaConfig.Creation(3, -1, Duration.ZERO))
                .withPublish(new PublishLimits(1 << 16, 64L << 20, hold, Duration.ofMillis(1)));
    }

    private KafkaTransport open(KafkaConfig with) {
        KafkaTransport transport = KafkaTransport.open(with, TimeSource.monotonic());
        opened.add(transport);
        return transport;
    }

    private static TestClient subscriber(KafkaTransport transport) {
        SessionOptions options =
                SessionOptions.durableSession("s").withQueue(1_000_000, 1L << 30, OverflowPolicy.SPILL);
        return TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private List<String> written(KafkaTransport transport, String filter) {
        List<String> payloads = Collections.synchronizedList(new ArrayList<>());
        ReadRequest all =
                new ReadRequest(TopicFilter.ofMqtt(filter), StartPosition.ALL, Long.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(transport.read(all, stored -> payloads.add(stored.message().payloadText())))
                .succeedsWithin(PATIENCE);
        return payloads;
    }

    @Test
    void aLeaderThatIsKilledForGoodLosesNothingAndRepeatsNothing() throws Exception {
        KafkaConfig config = config("one-dies", Duration.ofMinutes(1));
        KafkaTransport transport = open(config);
        assertThat(transport.guarantees().durability()).startsWith("BUFFERED").contains("at least 2 of 3");
        TestClient subscriber = subscriber(open(config)).subscribe("traffic/#");
        Traffic traffic = new Traffic(transport, MESSAGES);
        traffic.awaitOneThird();
        int leader = CLUSTER.leader(config.prefix());
        CLUSTER.kill(leader);
        traffic.awaitAll();
        assertThat(CLUSTER.leader(config.prefix())).isNotEqualTo(leader);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(traffic.verdict(subscriber.received().deliveries())
                                        .lost())
                                .as("acknowledged and not delivered")
                                .isZero());
        Traffic.Verdict verdict = traffic.verdict(subscriber.received().deliveries());
        System.out.println("kafka cluster, leader killed: acknowledged " + traffic.acknowledged() + ", lost "
                + verdict.lost() + ", delivered again " + verdict.repeated().size());
        assertThat(written(transport, "traffic/#")).doesNotHaveDuplicates().hasSize(MESSAGES);
    }

    @Test
    void withFewerInSyncThanThereMustBeNothingIsAcknowledgedAndWhatWasIsThereWhenTheyAreBack() throws Exception {
        String prefix = "two-die";
        CLUSTER.admin()
                .createTopics(List.of(new NewTopic(prefix, 1, (short) 3)
                        .configs(Map.of("min.insync.replicas", "2", "flush.messages", "1"))))
                .all()
                .get();
        KafkaTransport transport = open(config(prefix, Duration.ofSeconds(5)));
        assertThat(transport.guarantees().durability()).startsWith("REPLICATED");
        for (int i = 0; i < 100; i++) {
            assertThat(TestClient.get(transport.publish(message("m" + i)), PATIENCE)
                            .durability())
                    .isEqualTo(Durability.REPLICATED);
        }
        int leader = CLUSTER.leader(prefix);
        CLUSTER.kill(leader % 3 + 1);
        assertThat(TestClient.get(transport.publish(message("m100")), PATIENCE).durability())
                .as("two are enough")
                .isEqualTo(Durability.REPLICATED);
        CLUSTER.kill((leader + 1) % 3 + 1);
        assertThatThrownBy(() -> TestClient.get(transport.publish(message("unsure")), PATIENCE))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY));
        CLUSTER.startAll();
        CLUSTER.awaitInSync(prefix, 3);
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> TestClient.get(transport.publish(message("m101")), PATIENCE) != null);
        CLUSTER.kill(CLUSTER.leader(prefix));
        List<String> numbers = new ArrayList<>(written(transport, "orders/#"));
        numbers.remove("unsure");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i <= 101; i++) {
            expected.add("m" + i);
        }
        assertThat(numbers.stream().distinct()).containsExactlyElementsOf(expected);
    }

    private static Message message(String payload) {
        return Message.to(Topic.ofMqtt("orders/1")).payload(payload).build();
    }

    @Test
    void aPartitionWithoutALeaderHoldsUpNoOther() throws Exception {
        String prefix = "one-each";
        CLUSTER.admin()
                .createTopics(List.of(new NewTopic(prefix, Map.of(0, List.of(1), 1, List.of(2), 2, List.of(3)))
                        .configs(Map.of("min.insync.replicas", "1"))))
                .all()
                .get();
        KafkaTransport transport = open(config(prefix, Duration.ofSeconds(2)));
        List<String> keys = List.of(key(transport, 0), key(transport, 1), key(transport, 2));
        keys.forEach(key -> TestClient.get(transport.publish(keyed(key, "m0")), PATIENCE));
        CLUSTER.kill(1);
        List<CompletableFuture<Receipt>> lost = List.of(
                transport.publish(keyed(keys.getFirst(), "m1")).toCompletableFuture(),
                transport.publish(keyed(keys.getFirst(), "m2")).toCompletableFuture());
        lost.forEach(one -> assertThat(one).failsWithin(PATIENCE));
        for (int i = 0; i < 3; i++) {
            // The first finds no producer yet; from then on the partition that takes nothing is alone with that.
            takenByOthers(transport, keys);
            CompletableFuture<Receipt> again =
                    transport.publish(keyed(keys.getFirst(), "m1")).toCompletableFuture();
            while (!again.isDone()) {
                for (String key : keys.subList(1, 3)) {
                    TestClient.get(transport.publish(keyed(key, "other")), PATIENCE);
                }
            }
            assertThat(again).isCompletedExceptionally();
        }
        CLUSTER.startAll();
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> TestClient.get(transport.publish(keyed(keys.getFirst(), "m1")), PATIENCE) != null);
        TestClient.get(transport.publish(keyed(keys.getFirst(), "m2")), PATIENCE);
        List<String> written = written(transport, "orders/#");
        written.removeIf(payload -> payload.equals("other") || payload.equals("m0"));
        assertThat(written.stream().distinct()).containsExactly("m1", "m2");
    }

    private static void takenByOthers(KafkaTransport transport, List<String> keys) {
        for (String key : keys.subList(1, 3)) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> TestClient.get(transport.publish(keyed(key, "other")), PATIENCE) != null);
        }
    }

    /** One whose messages are in the partition. */
    private static String key(KafkaTransport transport, int partition) {
        for (int i = 0; ; i++) {
            String key = "key" + i;
            if (transport
                            .layout()
                            .partition(message(""), RecordMapping.bytes(key))
                            .partition()
                    == partition) {
                return key;
            }
        }
    }

    private static Message keyed(String key, String payload) {
        return message(payload).toBuilder()
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build();
    }
}
