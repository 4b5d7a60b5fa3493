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
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is there, and holds back publishers or loses its patience with consumers. */
final class HeldBackTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RabbitServer server = RabbitServer.shared();
    private final RabbitMqConfig config = RabbitMqConfig.of(server.uri())
            .withPrefix("held-" + UUID.randomUUID().toString().substring(0, 13))
            .withOpenWait(PATIENCE)
            .withQueueSettle(Duration.ZERO); // nobody kills this server
    private final RabbitMqTransport consumer = RabbitMqTransport.open(config, TimeSource.monotonic());

    private static TestClient open(RabbitMqTransport transport) {
        return TestClient.open(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE);
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    /** A server short of memory does not read what is published, for as long as that takes. */
    @Test
    void aServerThatHoldsPublishersBackIsWaitedForAndNothingIsSentTwice() {
        RabbitMqConfig hasty =
                config.withPublish(new PublishLimits(1 << 16, 1 << 28, Duration.ofSeconds(60), Duration.ofMillis(100)));
        TestClient subscriber = open(consumer).subscribe("faults/#");
        try (RabbitMqTransport held = RabbitMqTransport.open(hasty, TimeSource.monotonic())) {
            server.control("set_vm_memory_high_watermark", "absolute", "1");
            CompletableFuture<Receipt> receipt = held.publish(
                            Message.to(Topic.ofMqtt("faults/x")).payload("held").build())
                    .toCompletableFuture();
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

    /** Whoever gives up waiting and sends again would otherwise fill the line with copies. */
    @Test
    void whatComesWhileAServerHoldsPublishersBackIsNotWrittenAndRefusedInTheEnd() {
        Duration hold = Duration.ofSeconds(60); // of a clock that stands still until the first one is at the server
        ManualTimeSource time = new ManualTimeSource();
        RabbitMqConfig impatient = config.withPublish(new PublishLimits(1 << 16, 1 << 28, hold, PATIENCE));
        TestClient subscriber = open(consumer).subscribe("faults/#");
        try (RabbitMqTransport held = RabbitMqTransport.open(impatient, time)) {
            server.control("set_vm_memory_high_watermark", "absolute", "1");
            Message message =
                    Message.to(Topic.ofMqtt("faults/x")).payload("held").build();
            CompletableFuture<Receipt> first = held.publish(message).toCompletableFuture();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> held.health().status() == Health.Status.DEGRADED
                            && held.health().detail().contains("memory"));
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Receipt> behind = held.publish(message).toCompletableFuture();
                assertThat(behind).isNotDone();
                time.advance(hold);
                assertThat(behind)
                        .failsWithin(PATIENCE)
                        .withThrowableThat()
                        .withMessageContaining("reads nothing since");
            }
            assertThat(first).isNotDone();
            server.control("set_vm_memory_high_watermark", "0.4");
            assertThat(first).succeedsWithin(PATIENCE);
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
        server.control(
                "eval",
                "application:set_env(rabbit, consumer_timeout, 3000),"
                        + " application:set_env(rabbit, channel_tick_interval, 200).");
        ManualTimeSource time = new ManualTimeSource();
        try (RabbitMqTransport transport = RabbitMqTransport.open(config, time);
                Connection stranger = server.connect()) {
            TestClient client = open(transport).subscribe("faults/#");
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

    private java.util.stream.Stream<String> channelsTimedOut() throws IOException {
        Pattern line = Pattern.compile("(<[0-9.]+>) Consumer \\S+ on channel \\d+ has timed out");
        return server.log()
                .flatMap(text -> line.matcher(text).results())
                .map(found -> found.group(1))
                .distinct();
    }
}
