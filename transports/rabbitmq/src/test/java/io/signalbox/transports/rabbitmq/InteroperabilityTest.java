package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What pika writes by hand is read, and what is published here pika reads. */
final class InteroperabilityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RabbitServer server = RabbitServer.shared();
    private final String prefix = "pika-" + UUID.randomUUID().toString().substring(0, 13);
    private final RabbitMqTransport transport = RabbitMqTransport.open(
            RabbitMqConfig.of(server.uri()).withPrefix(prefix).withQueueSettle(Duration.ZERO), new ManualTimeSource());

    @AfterEach
    void close() {
        transport.close();
    }

    private Process pika(String script) throws IOException {
        String python = Objects.requireNonNullElse(System.getenv("SIGNALBOX_TEST_PYTHON"), "/usr/bin/python3");
        return new ProcessBuilder(python, "src/test/python/" + script, String.valueOf(server.port()), prefix)
                .redirectErrorStream(true)
                .start();
    }

    private static String outputOf(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void whatPikaPublishesArrivesWithItsProperties() throws Exception {
        TestClient client = TestClient.open(
                        transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("orders/+/created");
        outputOf(pika("publish.py"));
        List<Delivery> got = client.received().awaitCount(2);
        Message dressed = got.get(0).message();
        assertThat(dressed.topic().text()).isEqualTo("orders/eu.west/created");
        assertThat(dressed.payloadText()).isEqualTo("{\"id\": 1}");
        MessageProperties properties = dressed.properties();
        assertThat(properties.contentType()).isEqualTo("application/json");
        assertThat(properties.id()).isEqualTo("m-1");
        assertThat(properties.replyTo()).isEqualTo("replies/pika");
        assertThat(properties.correlation()).asString(StandardCharsets.UTF_8).isEqualTo("c-1");
        assertThat(properties.headers().get("tenant")).isEqualTo("acme");
        assertThat(properties.headers().get("attempt")).isEqualTo("3");
        assertThat(dressed.timestampMillis()).isEqualTo(1_767_225_600_000L);
        assertThat(got.get(1).message().properties()).isEqualTo(MessageProperties.NONE);
        assertThat(got.get(1).payload()).isEqualTo("bare");
    }

    @Test
    void whatNoMessageCanHaveIsADeadLetterWithItsBytes() throws Exception {
        TestClient client = TestClient.open(
                        transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("orders/#");
        outputOf(pika("publish_malformed.py"));
        client.received().awaitPayloads("after it");
        String dead = outputOf(pika("read_dead_letter.py"));
        assertThat(dead).contains("malformed").contains("orders.bad").contains("its bytes");
    }

    @Test
    void whatIsPublishedHerePikaReads() throws Exception {
        Process pika = pika("consume.py");
        var output = pika.inputReader(StandardCharsets.UTF_8);
        assertThat(output.readLine()).isEqualTo("ready");
        Message message = Message.to(Topic.ofMqtt("orders/eu.west/shipped"))
                .payload("on its way")
                .timestampMillis(1_767_225_600_123L)
                .properties(MessageProperties.builder()
                        .id("m-2")
                        .contentType("text/plain")
                        .replyTo("replies/us")
                        .correlation("c-2".getBytes(StandardCharsets.UTF_8))
                        .schema("io.example.Shipped", "1.0")
                        .from("warehouse")
                        .header("tenant", "acme")
                        .build())
                .build();
        assertThat(transport.publish(message)).succeedsWithin(PATIENCE);
        assertThat(output.lines().toList())
                .containsExactly(
                        "routing_key orders.eu%2Ewest.shipped",
                        "body on its way",
                        "content_type text/plain",
                        "message_id m-2",
                        "reply_to replies.us",
                        "correlation_id c-2",
                        "type io.example.Shipped",
                        "delivery_mode 2",
                        "timestamp 1767225600",
                        "header sb-from warehouse",
                        "header sb-schema-version 1.0",
                        "header sb-timestamp 1767225600123",
                        "header tenant acme");
    }

    @Test
    void pikaReadsADeadLetterWithItsReason() throws Exception {
        TestClient client = TestClient.open(
                        transport, SessionOptions.durableSession("s"), SettleBehaviour.MANUAL, PATIENCE)
                .subscribe("orders/#");
        assertThat(transport.publish(
                        Message.to(Topic.ofMqtt("orders/1")).payload("poison").build()))
                .succeedsWithin(PATIENCE);
        client.settle(client.received().awaitCount(1).getFirst(), new Settlement.Rejected("no such customer"));
        String dead = outputOf(pika("read_dead_letter.py"));
        assertThat(dead)
                .contains("orders.1")
                .contains("poison")
                .contains("rejected")
                .contains("no such customer");
    }
}
