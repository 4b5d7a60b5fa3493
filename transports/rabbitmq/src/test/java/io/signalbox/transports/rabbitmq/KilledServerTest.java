package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.connection.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is killed with SIGKILL: nothing acknowledged is lost, each key keeps its order. */
final class KilledServerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = Integer.getInteger("signalbox.faults.messages", 6_000);

    /** A server takes seconds to start; pauses as long as those of the default would be added to each. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 2, Duration.ofMillis(500));

    private static final RabbitServer server = new RabbitServer();

    private final RabbitMqConfig config = RabbitMqConfig.of(server.uri())
            .withPrefix("killed")
            .withOpenWait(PATIENCE)
            .withPublish(new PublishLimits(1 << 16, 1 << 28, Duration.ofSeconds(60), Duration.ofSeconds(15)));
    private final RabbitMqTransport publisher = RabbitMqTransport.open(config, TimeSource.monotonic(), BACKOFF);
    private final RabbitMqTransport consumer = RabbitMqTransport.open(config, TimeSource.monotonic(), BACKOFF);

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static TestClient open(RabbitMqTransport transport, String session) {
        SessionOptions durable =
                SessionOptions.durableSession(session).withQueue(1_000_000, 1L << 30, OverflowPolicy.SPILL);
        return TestClient.open(transport, durable, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private static CompletableFuture<Receipt> publish(RabbitMqTransport transport, String topic, String payload) {
        return transport
                .publish(Message.to(Topic.ofMqtt(topic)).payload(payload).build())
                .toCompletableFuture();
    }

    @AfterEach
    void close() {
        publisher.close();
        consumer.close();
    }

    /** RabbitMQ has a new quorum queue on disk some time after it said that it is there. */
    @Test
    void whatAQueueTookWhenItWasJustCreatedIsThereAndWhatAClassicQueueHasConfirmedToo() {
        RabbitMqConfig withClassic = config.withPrefix("killed-classic").withQueues(RabbitMqConfig.Queues.CLASSIC);
        List<String> all = IntStream.range(0, 300).mapToObj(i -> "m" + i).toList();
        try (RabbitMqTransport classic = RabbitMqTransport.open(withClassic, TimeSource.monotonic(), BACKOFF)) {
            assertThat(classic.guarantees().durability()).startsWith("BUFFERED: ");
            open(classic, "s").subscribe("new/#").detach();
            List<CompletableFuture<Receipt>> receipts = all.stream()
                    .map(payload -> publish(classic, "new/x", payload))
                    .toList();
            assertThat(receipts).allSatisfy(receipt -> assertThat(receipt).succeedsWithin(PATIENCE));
            open(consumer, "s").subscribe("new/#").detach();
            assertThat(publish(publisher, "new/x", "first")).succeedsWithin(PATIENCE);
            server.kill();
            server.start();
            TestClient ofQuorum = open(consumer, "s");
            assertThat(ofQuorum.session().resumed()).isTrue();
            ofQuorum.received().awaitPayloads("first");
            TestClient ofClassic = open(classic, "s");
            assertThat(ofClassic.session().resumed()).isTrue();
            ofClassic.received().awaitPayloads(all);
        }
    }

    /** Nor anything that is published while it is away, however often it could not be reached by then. */
    @Test
    void inMidStreamNothingAcknowledgedIsLostNeitherForWhoIsHereNorForWhoIsAway() throws Exception {
        TestClient here = open(consumer, "here").subscribe("faults/stream");
        TestClient other = open(consumer, "other").subscribe("faults/x");
        open(consumer, "away").subscribe("faults/stream").detach();
        Stream stream = new Stream(publisher, MESSAGES);
        stream.awaitOneThird();
        server.kill();
        server.start();
        stream.awaitAll();
        server.kill();
        Awaitility.await().atMost(PATIENCE).until(() -> publisher.health().status() == Health.Status.DOWN);
        CompletableFuture<Receipt> receipt = publish(publisher, "faults/x", "7");
        server.start();
        assertThat(receipt).succeedsWithin(PATIENCE);
        other.received().awaitPayloads("7");
        stream.awaitDelivered(here, PATIENCE);
        TestClient back = open(consumer, "away");
        assertThat(back.session().resumed()).isTrue();
        stream.awaitDelivered(back, PATIENCE);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(publisher.health().status()).isEqualTo(Health.Status.UP));
    }
}
