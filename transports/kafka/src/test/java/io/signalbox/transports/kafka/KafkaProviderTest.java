package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Message;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Settings;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said before it is open is what it is; it depends on how the Kafka topics are set up, which is asked. */
final class KafkaProviderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Message ANY =
            Message.to(Topic.ofMqtt("a")).payload("x").build();

    private final String prefix = "p-" + UUID.randomUUID().toString().substring(0, 13);

    private static TransportPlan plan(String... namesAndValues) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.put(namesAndValues[i], new Entry(namesAndValues[i + 1], "test"));
        }
        KafkaProvider provider = new KafkaProvider();
        Settings settings = new Settings("transports.k", entries);
        Problems problems = new Problems();
        settings.check(provider.settings(), problems);
        assertThat(problems.texts()).isEmpty();
        return provider.prepare(settings);
    }

    private static Transport open(TransportPlan plan, WhenAbsent whenAbsent) throws Exception {
        return plan.open(new Surroundings("k", new ManualTimeSource(), whenAbsent, KafkaProviderTest::none));
    }

    @Test
    void thePromiseIsWhatTheOpenOneSaysBeforeItsTopicsAreThereAndHoweverTheyAreSetUp() throws Exception {
        TransportPlan plan =
                plan("bootstrap-servers", KafkaBroker.shared().bootstrap(), "prefix", prefix, "retention", "3d");
        assertKept(plan, Durability.BUFFERED, "at least 1 of 1", "PT72H");
        setTopic("flush.messages", "1");
        setTopic("retention.bytes", "123456");
        setTopic("min.insync.replicas", "2"); // more than there can be
        assertKept(
                plan,
                Durability.SYNCED,
                "at least 1 of 1 (min.insync.replicas), each on its disk",
                "PT72H or 123456 bytes");
        setTopic("cleanup.policy", "compact");
        assertKept(plan, Durability.SYNCED, "", "none; compaction leaves the newest");
    }

    private static void assertKept(TransportPlan plan, Durability durability, String said, String retention)
            throws Exception {
        Promise promise = plan.promise(Map.of(), PATIENCE);
        assertThat(promise.isCertain()).isTrue();
        assertThat(promise.guarantees(ANY).durability())
                .startsWith(durability + ": ")
                .contains(said);
        assertThat(promise.guarantees(ANY).retention()).contains(retention);
        try (Transport open = open(plan, WhenAbsent.FAIL)) {
            assertThat(promise.capabilities()).isEqualTo(open.capabilities());
            assertThat(promise.guarantees(ANY)).isEqualTo(open.guarantees());
            assertThat(open.capabilities().durability()).isEqualTo(durability);
            Message keyed = ANY.toBuilder()
                    .properties(ANY.properties().toBuilder().orderingKey("k").build())
                    .build();
            assertThat(TestClient.get(open.publish(keyed), PATIENCE).durability())
                    .isEqualTo(durability);
        }
    }

    private void setTopic(String name, String value) {
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        Clients clients = new Clients(KafkaConfig.of(KafkaBroker.shared().bootstrap()));
        try (Admin admin = clients.admin();
                Cluster cluster = new Cluster(clients.admin(), PATIENCE)) {
            assertThat(admin.incrementalAlterConfigs(
                                    Map.of(new ConfigResource(ConfigResource.Type.TOPIC, prefix), List.of(set)))
                            .all()
                            .toCompletionStage())
                    .succeedsWithin(PATIENCE);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> cluster.settings(ConfigResource.Type.TOPIC, List.of(prefix))
                            .getOrDefault(prefix, Map.of())
                            .getOrDefault(name, "")
                            .equals(value));
        }
    }

    @Test
    void aClusterThatWasNotAskedIsPromisedAsTheLeast() {
        String there = KafkaBroker.shared().bootstrap();
        for (Promise unasked : new Promise[] {
            plan("bootstrap-servers", there).promise(Map.of(), Duration.ZERO),
            plan("bootstrap-servers", "127.0.0.1:1").promise(Map.of(), Duration.ofSeconds(1))
        }) {
            assertThat(unasked.isCertain()).isFalse();
            assertThat(unasked.capabilities().durability()).isEqualTo(Durability.BUFFERED);
        }
    }

    @Test
    void aClusterSaysWhoItIsAndAnAbsentOneDoesNotAnswer() throws Exception {
        TransportPlan plan =
                plan("bootstrap-servers", "kafka://" + KafkaBroker.shared().bootstrap() + "/");
        ServerAnswer answer = Objects.requireNonNull(plan.probe(PATIENCE));
        assertThat(answer.version()).matches("Kafka, 1 broker, metadata.version \\d+");
        assertThat(answer.responseTime()).isPositive();
        assertThatThrownBy(() -> plan("bootstrap-servers", "127.0.0.1:1").probe(Duration.ofSeconds(1)))
                .hasMessageContaining("asking for the brokers");
        assertThatThrownBy(
                        () -> plan("bootstrap-servers", "nobody.invalid:9092").probe(PATIENCE))
                .hasMessageContaining("no host of nobody.invalid:9092 is known");
    }

    @Test
    void anAbsentClusterIsAFaultOrWaitedForAsSaid() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        TransportPlan plan =
                plan("bootstrap-servers", broker.proxied(), "prefix", prefix, "answer-wait", "3s", "replicas", "1");
        broker.proxy().refuse(true);
        try {
            assertThatThrownBy(() -> open(plan, WhenAbsent.FAIL)).hasMessageContaining("asking for the brokers");
            try (Transport awaited = open(plan, WhenAbsent.WAIT)) {
                assertThat(awaited.health().status()).isEqualTo(Health.Status.DOWN);
                assertThat(awaited.health().detail()).contains("Kafka at " + broker.proxied() + " is awaited");
                assertThatThrownBy(() -> TestClient.get(awaited.publish(ANY), PATIENCE))
                        .hasMessageContaining("awaited");
                broker.proxy().refuse(false);
                Awaitility.await().atMost(PATIENCE).until(() -> awaited.health().status() == Health.Status.UP);
                assertThat(TestClient.get(awaited.publish(ANY), PATIENCE).sequence())
                        .isPositive();
            }
        } finally {
            broker.proxy().refuse(false);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bootstrap-servers | kafka://user:hush@host:9092 | must be HOST:PORT",
                "bootstrap-servers | host | must be HOST:PORT",
                "bootstrap-servers | host:70000 | must be HOST:PORT",
                "bootstrap-servers | , | must be HOST:PORT",
                "prefix | .x | letters, digits",
                "client[0].name | acks | set by this transport",
                "client[0].name | sasl.jass.config | did you mean 'sasl.jaas.config'?",
                "client[0].name | security.protocol | must be of the type STRING, (case insensitive) [",
                "client[0].name | request.timeout.ms | must be of the type INT"
            })
    void whatIsWrongIsSaidWithoutRepeatingASecret(String key, String value, String text) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("bootstrap-servers", "host:9092"));
        all.put(key, value);
        if (key.startsWith("client")) {
            all.put("client[0].value", "hush");
        }
        String[] settings = all.entrySet().stream()
                .flatMap(entry -> java.util.stream.Stream.of(entry.getKey(), entry.getValue()))
                .toArray(String[]::new);
        assertThatThrownBy(() -> plan(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageNotContaining("hush");
    }

    @Test
    void itsTextHasTheNamesOfClientPropertiesAndNotTheirValues() {
        assertThat(KafkaConfig.of("host:9092").withClient(Map.of("sasl.jaas.config", "hush")))
                .asString()
                .contains("sasl.jaas.config")
                .doesNotContain("hush");
    }

    private static Transport none(String part) {
        throw new AssertionError(part);
    }
}
