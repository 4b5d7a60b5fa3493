package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** A server that is killed with SIGKILL, or stops reading: nothing acknowledged is lost, each key keeps its order. */
final class KilledServerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = Integer.getInteger("signalbox.faults.messages", 6_000);

    private static final RabbitServer server = new RabbitServer();

    private final RabbitMqConfig config = RabbitMqConfig.of(server.uri())
            .withPrefix("killed")
            .withOpenWait(PATIENCE)
            .withPublish(new PublishLimits(1 << 16, 1 << 28, Duration.ofSeconds(60), Duration.ofSeconds(15)));
    private final RabbitMqTransport publisher = RabbitMqTransport.open(config, TimeSource.monotonic());
    private final RabbitMqTransport consumer = RabbitMqTransport.open(config, TimeSource.monotonic());
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

    /** A server short of memory does not read what is published, for as long as that takes. */
    @Test
    void aServerThatHoldsPublishersBackIsWaitedForAndNothingIsSentTwice() {
        RabbitMqConfig hasty =
                config.withPublish(new PublishLimits(1 << 16, 1 << 28, Duration.ofSeconds(60), Duration.ofMillis(100)));
        TestClient subscriber = open().subscribe("faults/#");
        try (RabbitMqTransport held = RabbitMqTransport.open(hasty, TimeSource.monotonic())) {
            server.control("set_vm_memory_high_watermark", "absolute", "1");
            CompletableFuture<Receipt> receipt = publish(held, "held");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> held.health().status() == Health.Status.DEGRADED
                            && held.health().detail().contains("memory"));
            assertThat(receipt).isNotDone();
            server.control("set_vm_memory_high_watermark", "0.4");
            assertThat(receipt).succeedsWithin(PATIENCE);
        } finally {
            server.control("set_vm_memory_high_watermark", "0.4");
        }
        subscriber.fence();
        assertThat(subscriber.received().payloads()).containsExactly("held");
    }

    @Test
    void whoeverClosesDoesNotWaitForAServerThatDoesNotRead() {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        RabbitMqTransport held = RabbitMqTransport.open(config, TimeSource.monotonic());
        try {
            server.control("set_vm_memory_high_watermark", "absolute", "1");
            Message large = Message.to(Topic.ofMqtt("nobody"))
                    .payload(new byte[1 << 20])
                    .build();
            for (int i = 0; i < 64; i++) {
                held.publish(large, answers, i);
            }
            held.close();
            answers.awaitAnswers(64);
            assertThat(answers.refusals()).isNotEmpty();
        } finally {
            server.control("set_vm_memory_high_watermark", "0.4");
            held.close();
        }
    }

    /** A server closes the channel of what nobody acknowledges for long, and the record is held as long as the session. */
    @Test
    void aSessionIsNotDisturbedByTheTimeThatAServerGivesConsumers() throws Exception {
        // Longer than a new durable session is held back until its queue outlives the server.
        server.control(
                "eval",
                "application:set_env(rabbit, consumer_timeout, 5000),"
                        + " application:set_env(rabbit, channel_tick_interval, 200).");
        ManualTimeSource time = new ManualTimeSource();
        try (RabbitMqTransport transport = RabbitMqTransport.open(config, time);
                Connection stranger = server.connect()) {
            TestClient client = TestClient.open(transport, durable, SettleBehaviour.ACCEPT, PATIENCE)
                    .subscribe("faults/#");
            for (int i = 0; i < 2; i++) {
                Channel control = stranger.createChannel();
                String queue = control.queueDeclare().getQueue();
                control.basicConsume(queue, false, (tag, delivery) -> {}, tag -> {});
                control.basicPublish("", queue, null, new byte[0]);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(300))
                        .ignoreExceptions()
                        .until(() -> {
                            time.advance(Duration.ofMinutes(10));
                            if (control.isOpen()) {
                                control.basicQos(1); // one that sleeps is not looked at
                            }
                            return !control.isOpen();
                        });
            }
            client.fence();
            // The server writes its log in its own time.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(channelsTimedOut()).as("the stranger's").hasSize(2));
        } finally {
            server.control(
                    "eval",
                    "application:set_env(rabbit, consumer_timeout, 1800000),"
                            + " application:set_env(rabbit, channel_tick_interval, 60000).");
        }
    }

    private static java.util.stream.Stream<String> channelsTimedOut() throws IOException {
        Pattern line = Pattern.compile("(<[0-9.]+>) Consumer \\S+ on channel \\d+ has timed out");
        return server.log()
                .flatMap(text -> line.matcher(text).results())
                .map(found -> found.group(1))
                .distinct();
    }
}
