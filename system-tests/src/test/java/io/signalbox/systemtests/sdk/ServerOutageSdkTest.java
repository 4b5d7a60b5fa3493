package io.signalbox.systemtests.sdk;

import static io.signalbox.systemtests.sdk.Sdk.PATIENCE;
import static io.signalbox.systemtests.sdk.Sdk.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.SignalboxClient;
import io.signalbox.client.spool.SpoolConfig;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.message.Message;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.testing.Ports;
import io.signalbox.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed and comes back, in the middle of everything. */
class ServerOutageSdkTest {
    private static final int MESSAGES = 3_000;

    @TempDir
    private Path directory;

    private static void publish(SignalboxClient client, int from, int to) {
        for (int i = from; i < to; i++) {
            client.publish(Message.to(Topic.ofMqtt("outage/a"))
                    .payload(Integer.toString(i))
                    .build());
        }
    }

    @Test
    void whatIsPublishedBeforeDuringAndAfterItArrivesOnceInOrder() {
        int port = Ports.reserve();
        List<String> seen = new CopyOnWriteArrayList<>();
        try (ServerProcess server = Sdk.at(port)) {
            server.start();
            try (SignalboxClient reader = Sdk.create(Sdk.mqtt(port).clientId("reader"));
                    SignalboxClient writer = Sdk.create(
                            Sdk.mqtt(port).clientId("writer").spool(SpoolConfig.in(directory.resolve("spool"))))) {
                var granted = reader.subscribe(
                                SubscribeOptions.to("outage/#"),
                                Message.class,
                                r -> seen.add(r.message().payloadText()))
                        .granted();
                join(reader.connect());
                join(granted);
                join(writer.connect());

                publish(writer, 0, MESSAGES);
                await().atMost(PATIENCE).until(() -> seen.size() > MESSAGES / 10);
                server.kill(); // with publishes and deliveries under way
                await().atMost(PATIENCE).until(() -> writer.offlineSince().isPresent());
                publish(writer, MESSAGES, 2 * MESSAGES);
                assertThat(writer.pending()).isGreaterThanOrEqualTo(MESSAGES);
                server.start();
                publish(writer, 2 * MESSAGES, 3 * MESSAGES);

                await().atMost(PATIENCE).until(() -> writer.pending() == 0);
                await().atMost(PATIENCE).until(() -> seen.contains(Integer.toString(3 * MESSAGES - 1)));
                assertThat(seen)
                        .as("in the order of their publishing, all, and once, though acknowledgements were lost")
                        .isEqualTo(IntStream.range(0, 3 * MESSAGES)
                                .mapToObj(Integer::toString)
                                .toList());
                assertThat(writer.offlineSince()).isEmpty();
                assertThat(writer.status().reconnects()).isPositive();
            }
        }
    }

    @Test
    void subscriptionsAreThereAgainWhenTheServerHasLostItsData() {
        int port = Ports.reserve();
        List<String> seen = new CopyOnWriteArrayList<>();
        try (ServerProcess first = Sdk.at(port)) {
            first.start();
            try (SignalboxClient client = Sdk.connected(Sdk.mqtt(port).clientId("again"))) {
                join(client.subscribe("again/#", Message.class, r -> seen.add(r.topic()))
                        .granted());
                first.kill();
                try (ServerProcess empty = Sdk.at(port)) {
                    empty.start();
                    await().atMost(PATIENCE).until(() -> client.status().reconnects() >= 1);
                    await().atMost(PATIENCE).untilAsserted(() -> {
                        client.publish("again/x", 1);
                        assertThat(seen).contains("again/x");
                    });
                }
            }
        }
    }

    @Test
    void aClientMadeBeforeItsServerConnectsWhenThatIsThere() {
        int port = Ports.reserve();
        try (ServerProcess server = Sdk.at(port);
                SignalboxClient client = Sdk.create(Sdk.mqtt(port))) {
            var connected = client.connect();
            var acknowledged = client.publish("early", "bird").acknowledged();
            await().during(Duration.ofMillis(200))
                    .until(() -> client.offlineSince().isPresent());
            server.start();
            join(connected);
            join(acknowledged);
        }
    }
}
