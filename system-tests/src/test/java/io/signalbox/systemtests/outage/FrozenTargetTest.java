package io.signalbox.systemtests.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.signalbox.systemtests.process.RedisProcess;
import io.signalbox.systemtests.process.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is told to end while the engine that it sends to stands still with its connections open. */
class FrozenTargetTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final RedisProcess redis = new RedisProcess();

    @AfterEach
    void close() {
        redis.close();
    }

    private ServerProcess server(String yaml) throws Exception {
        Path config = folder.resolve("bus.yaml");
        Files.writeString(config, yaml.replace("FOLDER", folder.toString()).replace("URI", redis.uri()));
        return ServerProcess.with()
                .config(config)
                .set("server.shutdown-timeout", "12s")
                .build();
    }

    private static Mqtt5BlockingClient connect(ServerProcess server) {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier("publisher")
                .serverHost("127.0.0.1")
                .serverPort(server.mqttPort())
                .buildBlocking();
        client.connect();
        return client;
    }

    /** Returns when all of them are acknowledged. */
    private static void publish(Mqtt5BlockingClient client, int first, int count) {
        for (int i = first; i < first + count; i++) {
            client.publishWith()
                    .topic("orders/1")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(("m" + i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
    }

    private List<String> arrived() {
        return redis.cli("--raw", "XRANGE", "{signalbox}:log", "-", "+").stream()
                .filter(line -> line.matches("m[0-9]+"))
                .toList();
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    private void endsInTimeAndLosesNothing(String yaml) throws Exception {
        try (ServerProcess server = server(yaml)) {
            server.start();
            Mqtt5BlockingClient client = connect(server);
            publish(client, 0, 50);
            redis.pause();
            try {
                publish(client, 50, 50);
                assertThat(server.stop()).as(server.tail()).isZero();
                assertThat(server.hasSaid("is cut off")).isFalse();
            } finally {
                redis.resume();
            }
            server.start();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(arrived().stream().distinct()).containsExactlyElementsOf(numbered(100)));
            List<String> all = arrived();
            assertThat(all)
                    .allSatisfy(each -> assertThat(Collections.frequency(all, each))
                            .as("%s: it was under way once when the server ended", each)
                            .isLessThanOrEqualTo(2));
        }
    }

    @Test
    void aBridgesSourceKeepsWhatItsTargetHasNotTaken() throws Exception {
        endsInTimeAndLosesNothing("""
                transports:
                  far: {type: redis, uri: "URI"}
                bridges: [{name: orders, from: broker, to: far, filters: ["orders/#"]}]
                """);
    }

    @Test
    void aSpoolKeepsWhatTheDefaultTransportHasNotTaken() throws Exception {
        endsInTimeAndLosesNothing("""
                transport: shared
                transports:
                  shared:
                    type: redis
                    uri: "URI"
                    when-absent: fail
                    spool: {directory: FOLDER/spool, answer-timeout: 1s}
                """);
    }
}
