package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do on the server meanwhile: they delete our queues, bind theirs, leave two records. */
final class MeddlingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String prefix = "meddle-" + UUID.randomUUID().toString().substring(0, 13);
    private final RabbitMqConfig config =
            RabbitMqConfig.of(RabbitServer.shared().uri()).withPrefix(prefix).withQueueSettle(Duration.ZERO);
    private final RabbitMqTransport transport = RabbitMqTransport.open(config, new ManualTimeSource());
    private final Connection stranger;
    private final Channel channel;

    MeddlingTest() throws Exception {
        stranger = RabbitServer.shared().connect();
        channel = stranger.createChannel();
    }

    @AfterEach
    void close() throws Exception {
        stranger.close();
        transport.close();
    }

    private TestClient open(String name) {
        return TestClient.open(transport, SessionOptions.durableSession(name), SettleBehaviour.ACCEPT, PATIENCE);
    }

    private CompletableFuture<Receipt> publish(String payload) {
        return transport
                .publish(Message.to(Topic.ofMqtt("a")).payload(payload).build())
                .toCompletableFuture();
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "light", "record"})
    void aQueueOfASessionsThatIsDeletedIsDeclaredAnew(String which) throws Exception {
        TestClient client = open("s").subscribe("a");
        channel.queueDelete(prefix + "." + which + ".s");
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(channel.queueDeclarePassive(prefix + "." + which + ".s")
                                .getConsumerCount())
                        .isOne());
        Awaitility.await().atMost(PATIENCE).until(() -> publish("x").join().outcome() == Receipt.Outcome.ROUTED);
        client.fence();
        assertThat(client.received().payloads()).contains("x");
        client.detach();
        assertThat(open("s").session().resumed()).isTrue();
    }

    @Test
    void aDeadLetterIsNotLostWhenTheirQueueWasDeleted() throws Exception {
        TestClient client = TestClient.open(
                        transport, SessionOptions.durableSession("s"), SettleBehaviour.MANUAL, PATIENCE)
                .subscribe("a");
        assertThat(publish("poison")).succeedsWithin(PATIENCE);
        channel.queueDelete(prefix + ".dead-letters");
        client.settle(client.received().awaitCount(1).getFirst(), new Settlement.Rejected("on purpose"));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> transport.deadLetters(10).stream()
                        .map(Message::payloadText)
                        .toList()
                        .equals(List.of("poison")));
    }

    /** A process that died between writing the second and acknowledging the first. */
    @Test
    void ofTwoRecordsTheNewerIsValidAndNobodyWaits() throws Exception {
        open("s").subscribe("a").detach();
        open("passes by").detach();
        SessionRecord record = new SessionRecord(7, 3_600, 0, List.of());
        channel.confirmSelect();
        for (SessionRecord one : List.of(record, record.next(Duration.ofHours(1), 0, List.of()))) {
            channel.basicPublish("", prefix + ".record.s", one.properties(), new byte[0]);
        }
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
        try (RabbitMqTransport patient =
                RabbitMqTransport.open(config.withOpenWait(Duration.ofDays(1)), new ManualTimeSource())) {
            for (int i = 0; i < 20; i++) {
                TestClient back =
                        TestClient.open(patient, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE);
                assertThat(back.session().resumed()).isTrue();
                back.detach();
                channel.basicPublish("", prefix + ".record.s", record.properties(), new byte[0]);
                channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            }
        }
    }

    /** A quorum queue refuses what comes while it is deleted. */
    @Test
    void sessionsThatEndRefuseNobodysPublish() throws Exception {
        open("stays").subscribe("faults/#");
        Stream stream = new Stream(transport, 6_000);
        for (int i = 0; i < 10; i++) {
            open("goes" + i)
                    .subscribe("faults/#")
                    .session()
                    .remove()
                    .toCompletableFuture()
                    .join();
        }
        stream.awaitAll();
    }

    @Test
    void whatAStrangersFullQueueRefusesIsRefusedInTheEnd() throws Exception {
        String full = channel.queueDeclare(
                        "", false, true, true, Map.of("x-max-length", 0, "x-overflow", "reject-publish"))
                .getQueue();
        channel.queueBind(full, prefix, "a");
        assertThat(publish("x")).failsWithin(PATIENCE).withThrowableThat().withMessageContaining("basic.nack");
    }

    @Test
    void headersThatAmqpCannotCarryAreRefusedAndHarmNobodyElse() {
        TestClient client = open("s").subscribe("a");
        String name = "n".repeat(256);
        String value = "v".repeat(60_000);
        assertThat(transport.publish(with(name, "v"))).succeedsWithin(PATIENCE);
        assertThat(transport.publish(with("a", value, "b", value)))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withMessageContaining("must fit one frame");
        assertThat(transport.publish(with("a", value))).succeedsWithin(PATIENCE);
        assertThat(publish("x")).succeedsWithin(PATIENCE);
        assertThat(client.received()
                        .awaitCount(3)
                        .getFirst()
                        .message()
                        .properties()
                        .headers()
                        .get(name))
                .isEqualTo("v");
    }

    private static Message with(String... headers) {
        var properties = io.signalbox.message.MessageProperties.builder();
        for (int i = 0; i < headers.length; i += 2) {
            properties.header(headers[i], headers[i + 1]);
        }
        return Message.to(Topic.ofMqtt("a")).properties(properties.build()).build();
    }
}
