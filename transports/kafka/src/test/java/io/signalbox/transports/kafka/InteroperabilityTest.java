package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Kafka's console producer writes is read, and what is published here its console consumer reads. */
final class InteroperabilityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaBroker broker = KafkaBroker.shared();
    private final KafkaConfig own = KafkaFixture.config("console");
    private final String orders = own.prefix() + ".orders";
    private final KafkaTransport transport =
            KafkaTransport.open(own.withRoots(Root.of("orders", orders)), new ManualTimeSource());

    @AfterEach
    void close() {
        transport.close();
    }

    private String console(String main, String input, String... args) throws IOException, InterruptedException {
        Process process = KafkaBroker.java(main, args).start();
        try (var lines = process.outputWriter(StandardCharsets.UTF_8)) {
            lines.write(input);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(errors).isZero();
        return output;
    }

    private void produce(String kafkaTopic, String lines, String... properties) throws Exception {
        List<String> args =
                new java.util.ArrayList<>(List.of("--bootstrap-server", broker.bootstrap(), "--topic", kafkaTopic));
        for (String property : properties) {
            args.addAll(List.of("--reader-property", property));
        }
        String output = console("org.apache.kafka.tools.ConsoleProducer", lines, args.toArray(String[]::new));
        assertThat(output).doesNotContain("ERROR");
    }

    private TestClient subscriber(String filter) {
        return TestClient.open(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe(filter);
    }

    @Test
    void aLineOfTheConsoleProducerIsAMessageOfItsRoot() throws Exception {
        TestClient client = subscriber("orders/#");
        produce(orders, "first\nsecond\n");
        List<Delivery> got = client.received().awaitPayloads("first", "second");
        assertThat(got).allSatisfy(delivery -> {
            assertThat(delivery.topic()).isEqualTo("orders");
            assertThat(delivery.message().properties()).isEqualTo(MessageProperties.NONE);
        });
    }

    @Test
    void keysAndHeadersOfTheConsoleProducerAreKeysAndHeaders() throws Exception {
        TestClient client = subscriber("orders/+/created");
        produce(
                orders,
                "sb-topic:orders/eu/created,content-type:text/plain,tenant:acme\tcustomer-7\thello\n",
                "parse.headers=true",
                "parse.key=true");
        Delivery got = client.received().awaitPayloads("hello").getFirst();
        MessageProperties properties = got.message().properties();
        assertThat(got.topic()).isEqualTo("orders/eu/created");
        assertThat(properties.orderingKey()).isEqualTo("customer-7");
        assertThat(properties.contentType()).isEqualTo("text/plain");
        assertThat(properties.headers().get("tenant")).isEqualTo("acme");
    }

    @Test
    void whatNoMessageCanHaveIsADeadLetterWithItsBytes() throws Exception {
        TestClient client = subscriber("orders");
        produce(orders, "sb-ttl:soon\tits bytes\nx:y\tafter it\n", "parse.headers=true");
        client.received().awaitPayloads("after it");
        org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !transport.deadLetters(10).isEmpty());
        assertThat(transport.deadLetters(10).getFirst().payloadText()).isEqualTo("its bytes");
    }

    @Test
    void theConsoleConsumerReadsWhatIsPublishedHere() throws Exception {
        Message message = Message.to(Topic.ofMqtt("orders/eu/shipped"))
                .payload("on its way")
                .timestampMillis(1_767_225_600_123L)
                .properties(MessageProperties.builder()
                        .id("m-2")
                        .orderingKey("customer-7")
                        .contentType("text/plain")
                        .from("warehouse")
                        .header("tenant", "acme")
                        .build())
                .build();
        assertThat(transport.publish(message)).succeedsWithin(PATIENCE);
        String output = console(
                "org.apache.kafka.tools.consumer.ConsoleConsumer",
                "",
                "--bootstrap-server",
                broker.bootstrap(),
                "--topic",
                orders,
                "--from-beginning",
                "--max-messages",
                "1",
                "--timeout-ms",
                "30000",
                "--formatter-property",
                "print.key=true",
                "--formatter-property",
                "print.headers=true");
        assertThat(output.strip().split("\t"))
                .containsExactly(
                        "sb-topic:orders/eu/shipped,sb-timestamp:1767225600123,sb-id:m-2,sb-from:warehouse,"
                                + "content-type:text/plain,tenant:acme",
                        "customer-7",
                        "on its way");
    }
}
