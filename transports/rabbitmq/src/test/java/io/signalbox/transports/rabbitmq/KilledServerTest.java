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
import org.junit.jupiter.api.TestInfo;

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
    private final SessionOptions durable;

    KilledServerTest(TestInfo test) {
        durable = SessionOptions.durableSession(
                        test.getTestMethod().orElseThrow().getName())
                .withQueue(1_000_000, 1L << 30, OverflowPolicy.SPILL);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private TestClient open() {
        return TestClient.open(consumer, durable, SettleBehaviour.ACCEPT, PATIENCE);
    }

    private static CompletableFuture<Receipt> publish(RabbitMqTransport transport, String payload) {
        return transport
                .publish(Message.to(Topic.ofMqtt("faults/x")).payload(payload).build())
                .toCompletableFuture();
    }

    /** So that no test's messages go to the queue of another. */
    @AfterEach
    void close() {
        open().session().remove().toCompletableFuture().join();
        publisher.close();
        consumer.close();
    }

    /** RabbitMQ has a new quorum queue on disk some time after it said that it is there. */
    @Test
    void whatAQueueTookWhenItWasJustCreatedIsThere() {
        open().subscribe("faults/#").detach();
        assertThat(publish(publisher, "first")).succeedsWithin(PATIENCE);
        server.kill();
        server.start();
        TestClient back = open();
        assertThat(back.session().resumed()).isTrue();
        back.received().awaitPayloads("first");
    }

    @Test
    void whatAClassicQueueHasConfirmedIsThereToo() {
        RabbitMqConfig classic = config.withPrefix("killed-classic").withQueues(RabbitMqConfig.Queues.CLASSIC);
        List<String> all = IntStream.range(0, 300).mapToObj(i -> "m" + i).toList();
        try (RabbitMqTransport transport = RabbitMqTransport.open(classic, TimeSource.monotonic())) {
            assertThat(transport.guarantees().durability()).startsWith("BUFFERED: ");
            TestClient.open(transport, durable, SettleBehaviour.ACCEPT, PATIENCE)
                    .subscribe("faults/#")
                    .detach();
            List<CompletableFuture<Receipt>> receipts =
                    all.stream().map(payload -> publish(transport, payload)).toList();
            assertThat(receipts).allSatisfy(receipt -> assertThat(receipt).succeedsWithin(PATIENCE));
            server.kill();
            server.start();
            TestClient back = TestClient.open(transport, durable, SettleBehaviour.ACCEPT, PATIENCE);
            assertThat(back.session().resumed()).isTrue();
            back.received().awaitPayloads(all);
        }
    }

    @Test
    void inMidStreamNothingAcknowledgedIsLost() throws Exception {
        TestClient subscriber = open().subscribe("faults/#");
        Stream stream = new Stream(publisher, MESSAGES);
        stream.awaitOneThird();
        server.kill();
        server.start();
        stream.awaitDelivered(subscriber, PATIENCE);
    }

    @Test
    void aSessionThatIsAwayMeanwhileFindsEverything() throws Exception {
        open().subscribe("faults/#").detach();
        Stream stream = new Stream(publisher, MESSAGES);
        stream.awaitOneThird();
        server.kill();
        server.start();
        stream.awaitAll();
        server.kill();
        server.start();
        TestClient back = open();
        assertThat(back.session().resumed()).isTrue();
        stream.awaitDelivered(back, PATIENCE);
    }

    /** However often it could not be reached by then. */
    @Test
    void whatIsPublishedWhileItIsAwayWaitsForIt() {
        TestClient subscriber = open().subscribe("faults/#");
        server.kill();
        Awaitility.await().atMost(PATIENCE).until(() -> publisher.health().status() == Health.Status.DOWN);
        CompletableFuture<Receipt> receipt = publish(publisher, "7");
        server.start();
        assertThat(receipt).succeedsWithin(PATIENCE);
        subscriber.received().awaitPayloads("7");
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(publisher.health().status()).isEqualTo(Health.Status.UP));
    }
}
