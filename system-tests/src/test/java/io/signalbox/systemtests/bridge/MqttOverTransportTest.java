package io.signalbox.systemtests.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.signalbox.systemtests.process.RedisProcess;
import io.signalbox.systemtests.process.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code transport: NAME} MQTT clients meet that transport, at whichever of several servers. */
class MqttOverTransportTest {
    private static Mqtt5BlockingClient connect(ServerProcess server, String name) {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier(name)
                .serverHost("127.0.0.1")
                .serverPort(server.mqttPort())
                .buildBlocking();
        client.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send();
        return client;
    }

    /** A server that Redis has not told in time what it promises lets nobody in until it knows. */
    private static void awaitTransport(ServerProcess server) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> server.http().get("/health/transports").status() == 200);
    }

    private static void publish(Mqtt5BlockingClient client, String payload) {
        client.publishWith()
                .topic("orders/1")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    private static String receive(Mqtt5Publishes publishes) throws InterruptedException {
        Optional<Mqtt5Publish> got = publishes.receive(30, TimeUnit.SECONDS);
        return new String(got.orElseThrow().getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void twoServersBeforeOneRedisServeTheSameSessions(@TempDir Path folder) throws Exception {
        try (RedisProcess redis = new RedisProcess()) {
            Path config = folder.resolve("bus.yaml");
            Files.writeString(config, """
                    transport: shared
                    transports:
                      shared: {type: redis, uri: "%s", when-absent: fail}
                    messages: [{topics: orders/#, needs: [synced, ordered, replay]}]
                    """.formatted(redis.uri()));
            try (ServerProcess one = ServerProcess.with().config(config).start();
                    ServerProcess other = ServerProcess.with().config(config).start()) {
                awaitTransport(one);
                awaitTransport(other);
                Mqtt5BlockingClient subscriber = connect(one, "reader");
                subscriber
                        .subscribeWith()
                        .topicFilter("orders/#")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
                Mqtt5BlockingClient publisher = connect(other, "writer");
                try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
                    publish(publisher, "while it is here");
                    assertThat(receive(publishes)).isEqualTo("while it is here");
                }
                subscriber.disconnect();
                publish(publisher, "while it is away");
                Mqtt5BlockingClient elsewhere = Mqtt5Client.builder()
                        .identifier("reader")
                        .serverHost("127.0.0.1")
                        .serverPort(other.mqttPort())
                        .buildBlocking();
                try (Mqtt5Publishes publishes = elsewhere.publishes(MqttGlobalPublishFilter.ALL)) {
                    assertThat(elsewhere
                                    .connectWith()
                                    .cleanStart(false)
                                    .sessionExpiryInterval(3_600)
                                    .send()
                                    .isSessionPresent())
                            .isTrue();
                    assertThat(receive(publishes)).isEqualTo("while it is away");
                }
                elsewhere.disconnect();
                publisher.disconnect();
            }
        }
    }
}
