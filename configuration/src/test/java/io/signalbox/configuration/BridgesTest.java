package io.signalbox.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.configuration.source.EntrySink;
import io.signalbox.configuration.source.YamlSource;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Health;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transports.memory.MemoryTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** JSON here, MessagePack there; what is filtered, and what is archived of it. */
final class BridgesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("");

    private final MemoryTransport far = MemoryTransport.open();

    @SuppressWarnings("NullAway.Init") // before each
    private ConfiguredTransports transports;

    @SuppressWarnings("NullAway.Init") // before each
    private TestClient receiver;

    @BeforeEach
    void open() throws Exception {
        Path file = folder.resolve("bus.yaml");
        Files.writeString(file, """
                transports:
                  near: {type: memory}
                  files: {type: archive, directory: FOLDER/kept, flush-interval: 10ms}
                bridges:
                  - name: orders
                    from: near
                    to: far
                    filters: [orders/#]
                    when: type != 'Secret' && payload.amount >= 10
                    from-codec: json
                    to-codec: msgpack
                    topic-prefix: imported/
                    archive:
                      transport: files
                      when: payload.amount > 100
                      codec: json
                """.replace("FOLDER", folder.toString()));
        Problems problems = new Problems();
        Map<String, Promise> promises = Map.of("far", Promise.of(far.capabilities(), far.guarantees(), true));
        Map<String, Entry> entries = new LinkedHashMap<>();
        YamlSource.read(file, new EntrySink() {
            @Override
            public void put(String name, String text, String where) {
                entries.put(name, new Entry(text, where));
            }

            @Override
            public void problem(String where, String text) {
                problems.add(where, text);
            }
        });
        TransportsConfig config = TransportsConfig.read(entries, Map.of(), promises, "", problems);
        assertThat(problems.texts()).isEmpty();
        transports = ConfiguredTransports.open(config, Map.of("far", far), promises, TimeSource.monotonic());
        receiver = TestClient.open(far, SessionOptions.durableSession("r"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("#");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Objects.requireNonNull(transports.health().get("bridge orders"))
                                .status()
                        == Health.Status.UP);
    }

    @AfterEach
    void close() {
        transports.close();
        far.close();
    }

    private void publish(String topic, String json, @Nullable String type, @Nullable String contentType) {
        TestClient.get(
                transports
                        .transport("near")
                        .publish(Message.to(Topic.ofMqtt(topic))
                                .payload(json)
                                .properties(MessageProperties.builder()
                                        .schema(type, null)
                                        .contentType(contentType)
                                        .header("tenant", "acme")
                                        .build())
                                .build()),
                PATIENCE);
    }

    private static int amount(Delivery delivery) throws Exception {
        try (MessageUnpacker unpacker =
                MessagePack.newDefaultUnpacker(delivery.message().payload())) {
            assertThat(unpacker.unpackMapHeader()).isEqualTo(1);
            assertThat(unpacker.unpackString()).isEqualTo("amount");
            return unpacker.unpackInt();
        }
    }

    private List<Message> archived() {
        List<Message> messages = new ArrayList<>();
        TestClient.get(
                transports
                        .transport("files")
                        .read(ReadRequest.last(TopicFilter.ofMqtt("#"), 100), stored -> messages.add(stored.message())),
                PATIENCE);
        return messages;
    }

    @Test
    void whatTheConditionHoldsForCrossesInTheOtherCodecAndIsArchivedSelectively() throws Exception {
        publish("orders/1", "{\"amount\": 9}", null, "application/json");
        publish("orders/2", "{\"amount\": 10}", null, null);
        publish("orders/3", "{\"amount\": 500}", "Secret", "application/json");
        publish("orders/4", "{\"amount\": 1000}", "Order", "application/json");
        publish("others/5", "{\"amount\": 1000}", "Order", "application/json");
        List<Delivery> got = receiver.received().awaitCount(2);
        assertThat(got).extracting(Delivery::topic).containsExactly("imported/orders/2", "imported/orders/4");
        assertThat(amount(got.get(0))).isEqualTo(10);
        assertThat(amount(got.get(1))).isEqualTo(1000);
        Message crossed = got.get(1).message();
        assertThat(crossed.properties().contentType()).isEqualTo("application/msgpack");
        assertThat(crossed.properties().headers().get("tenant")).isEqualTo("acme");
        assertThat(crossed.properties().schemaName()).isEqualTo("Order");
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(transports.bridgeCounts().get("orders"))
                        .satisfies(counts -> {
                            assertThat(counts.carried()).isEqualTo(2);
                            assertThat(counts.filtered()).isEqualTo(2);
                            assertThat(counts.rejected()).isZero();
                        }));
        assertThat(archived()).singleElement().satisfies(kept -> {
            assertThat(kept.topic().text()).isEqualTo("imported/orders/4");
            assertThat(kept.payloadText()).isEqualTo("{\"amount\":1000}");
            assertThat(kept.properties().contentType()).isEqualTo("application/json");
        });
    }

    @Test
    void whatCannotBeReadGoesToTheDeadLettersOfTheSourceAndHoldsUpNobody() {
        publish("orders/bad", "{\"amount\": ", null, "application/json");
        publish("orders/odd", "{\"amount\": 10}", null, "application/x-unknown");
        publish("orders/good", "{\"amount\": 11}", null, "application/json");
        assertThat(receiver.received().awaitCount(1).getFirst().topic()).isEqualTo("imported/orders/good");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Objects.requireNonNull(transports.bridgeCounts().get("orders"))
                                .rejected()
                        == 2);
    }
}
