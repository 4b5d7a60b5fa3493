package io.signalbox.systemtests.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.signalbox.configuration.ConfiguredTransports;
import io.signalbox.configuration.TransportsConfig;
import io.signalbox.message.Message;
import io.signalbox.systemtests.process.RabbitProcess;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transports.composite.bridge.BridgeCounts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A RabbitMQ server stands still with its connections open, for longer than a bridge to it waits. Nobody can know what it
 * has read: what was under way comes twice at most, nothing else does, and nothing is lost. What arrives is counted by a
 * bare client.
 */
class FrozenRabbitTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int WINDOW_MAX = 50;

    @TempDir
    Path folder;

    private final RabbitProcess rabbit = RabbitProcess.shared();
    private final String exchange = "frozen-" + UUID.randomUUID().toString().substring(0, 8);

    @AfterEach
    void resumeForOthers() {
        rabbit.resume();
    }

    private ConfiguredTransports open(String answerTimeout) throws Exception {
        Path file = folder.resolve("bus.yaml");
        Files.writeString(file, """
                transports:
                  near: {type: embedded, directory: FOLDER/near}
                  rabbit: {type: rabbitmq, uri: "URI", prefix: EXCHANGE, queue-settle: 0}
                bridges:
                  - {name: all, from: near, to: rabbit, filters: ["orders/#"], window-max: 50, answer-timeout: WAIT}
                """.replace("FOLDER", folder.toString())
                .replace("URI", rabbit.uri())
                .replace("EXCHANGE", exchange)
                .replace("WAIT", answerTimeout));
        return ConfiguredTransports.open(TransportsConfig.read(file, Map.of()), TimeSource.monotonic());
    }

    private static void publish(ConfiguredTransports transports, int first, int count) {
        for (int i = first; i < first + count; i++) {
            TestClient.get(
                    transports
                            .transport("near")
                            .publish(Message.to(Topic.ofMqtt("orders/1"))
                                    .payload("m" + i)
                                    .build()),
                    PATIENCE);
        }
    }

    private static BridgeCounts bridge(ConfiguredTransports transports) {
        return Objects.requireNonNull(transports.bridgeCounts().get("all"));
    }

    private static List<String> takeAll(Channel channel) throws Exception {
        List<String> payloads = new ArrayList<>();
        for (GetResponse next = channel.basicGet("seen", true); next != null; next = channel.basicGet("seen", true)) {
            payloads.add(new String(next.getBody(), StandardCharsets.UTF_8));
        }
        return payloads;
    }

    private void standStill(String answerTimeout, Duration outage) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(rabbit.uri());
        try (ConfiguredTransports transports = open(answerTimeout);
                Connection connection = factory.newConnection()) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> transports.health().values().stream()
                            .allMatch(health -> health.status() == io.signalbox.transport.Health.Status.UP));
            Channel channel = connection.createChannel();
            channel.queueDeclare("seen", true, false, false, null);
            channel.queueBind("seen", exchange, "orders.#");
            publish(transports, 0, 100);
            rabbit.pause();
            long frozenNanos = System.nanoTime();
            publish(transports, 100, 200);
            Awaitility.await().atMost(PATIENCE).until(() -> System.nanoTime() - frozenNanos >= outage.toNanos());
            assertThat(bridge(transports).underWay()).isEqualTo(WINDOW_MAX);
            rabbit.resume();
            publish(transports, 300, 100);
            Awaitility.await().atMost(PATIENCE).until(() -> bridge(transports).carried() == 400);
            List<String> seen = takeAll(channel);
            channel.queueDelete("seen");
            System.out.printf("RabbitMQ stood still for %s: %d of 400 twice%n", outage, seen.size() - 400);
            assertThat(seen.stream().distinct())
                    .containsExactlyElementsOf(
                            IntStream.range(0, 400).mapToObj(i -> "m" + i).toList());
            assertThat(seen).hasSizeLessThanOrEqualTo(400 + WINDOW_MAX);
            assertThat(seen)
                    .allSatisfy(each -> assertThat(Collections.frequency(seen, each))
                            .as(each)
                            .isLessThanOrEqualTo(2));
        }
    }

    @Test
    void whatWasUnderWayComesTwiceAtMostAndNothingIsLost() throws Exception {
        standStill("6s", Duration.ofSeconds(8));
    }

    /** With the defaults; {@code ./test -Dtest=FrozenRabbitTest -Dsignalbox.long=true}. */
    @ParameterizedTest
    @ValueSource(ints = {15, 25})
    @EnabledIfSystemProperty(named = "signalbox.long", matches = "true")
    void theSameWithTheDefaults(int seconds) throws Exception {
        standStill("10s", Duration.ofSeconds(seconds));
    }
}
