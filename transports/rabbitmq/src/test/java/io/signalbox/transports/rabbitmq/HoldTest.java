package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.connection.Backoff;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Once a publish is refused since nobody answered in time, nothing is taken that came while it waited. */
final class HoldTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration HOLD = Duration.ofSeconds(60); // of a clock that the tests move
    private static final Duration A_MOMENT = Duration.ofMillis(50);

    /** Of no importance, but that it is over before a test loses its patience. */
    private static final Duration CONFIRM_WAIT = Duration.ofSeconds(2);

    private final RabbitServer server = RabbitServer.shared();
    private final TcpProxy line = new TcpProxy(server.port());
    private final ManualTimeSource time = new ManualTimeSource();
    private final RabbitMqConfig config = RabbitMqConfig.of(server.uri())
            .withPrefix("hold-" + UUID.randomUUID().toString().substring(0, 13))
            .withQueueSettle(Duration.ZERO) // nobody kills this server
            .withPublish(new PublishLimits(1 << 16, 1 << 28, HOLD, CONFIRM_WAIT));
    private final RabbitMqTransport consumer = RabbitMqTransport.open(config, TimeSource.monotonic());
    private final PublishRecorder answers = new PublishRecorder(PATIENCE);

    private RabbitMqTransport publisher() {
        return RabbitMqTransport.open(
                config.withUri(RabbitServer.uri(line.port())),
                time,
                new Backoff(Duration.ofMillis(10), 1, Duration.ofMillis(10)));
    }

    private TestClient subscriber() {
        return TestClient.open(consumer, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("key/#");
    }

    private void publish(RabbitMqTransport publisher, int number) {
        publisher.publish(
                Message.to(Topic.ofMqtt("key/x")).payload("m" + number).build(), answers, number);
    }

    private static void awaitUp(RabbitMqTransport transport) {
        Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() == Health.Status.UP);
    }

    @AfterEach
    void close() {
        consumer.close();
        line.close();
    }

    @Test
    void aServerThatIsBackBetweenTheDeadlinesOfTwoPublishesTakesNeither() {
        TestClient subscriber = subscriber();
        line.refuse(true);
        try (RabbitMqTransport publisher = publisher()) {
            publish(publisher, 1);
            time.advance(A_MOMENT);
            publish(publisher, 2);
            publish(publisher, 3);
            time.advance(HOLD.minus(A_MOMENT));
            answers.awaitAnswers(1);
            line.refuse(false);
            answers.awaitAnswers(3);
            assertThat(answers.refusals().keySet()).containsExactly(1L, 2L, 3L);
            assertThat(answers.refusals().values())
                    .allSatisfy(refusal -> assertThat(refusal.reason()).isEqualTo(ReasonCode.BUSY));
            awaitUp(publisher);
            publish(publisher, 4);
            answers.awaitAnswers(4);
            assertThat(answers.receipts()).containsOnlyKeys(4L);
        }
        subscriber.fence();
        assertThat(subscriber.received().payloads()).containsExactly("m4");
    }

    @Test
    void whatStandsBehindAPublishThatIsNotConfirmedIsRefusedWithIt() {
        try (RabbitMqTransport publisher = publisher()) {
            awaitUp(publisher);
            line.hold(true);
            publish(publisher, 1);
            time.advance(HOLD);
            publish(publisher, 2);
            answers.awaitAnswers(1);
            line.hold(false);
            answers.awaitAnswers(2);
            assertThat(answers.refusals().keySet()).containsExactly(1L, 2L);
            awaitUp(publisher);
            publish(publisher, 3);
            answers.awaitAnswers(3);
            assertThat(answers.receipts()).containsOnlyKeys(3L);
        }
    }
}
