package io.signalbox.transports.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.connection.Backoff;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Once a publish is refused since nobody answered in time, nothing is taken that came while it waited. */
final class HoldTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration A_MOMENT = Duration.ofMillis(50);

    /** Of a clock that the tests move. */
    private static final Duration HOLD = Duration.ofSeconds(60);

    /** Pings go every three seconds, one before an answer is missed; no stall of a slow machine is so long. */
    private static final RemoteWaits WAITS =
            new RemoteWaits(Duration.ofSeconds(6), Duration.ofSeconds(5), PATIENCE, HOLD, Duration.ofSeconds(4));

    private final ManualTimeSource time = new ManualTimeSource();
    private final PublishRecorder answers = new PublishRecorder(PATIENCE);

    private RemoteTransport open(String url) {
        return RemoteTransport.open(
                RemoteConfig.of(URI.create(url), "hold-test").withWaits(WAITS),
                time,
                new Backoff(Duration.ofMillis(10), 1, Duration.ofMillis(10)));
    }

    private void publish(RemoteTransport transport, int number) {
        transport.publish(
                Message.to(Topic.ofMqtt("key/x")).payload("m" + number).build(), answers, number);
    }

    private static void awaitUp(RemoteTransport transport) {
        Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() == Health.Status.UP);
    }

    @Test
    void aServerThatIsBackBetweenTheDeadlinesOfTwoPublishesTakesNeither(@TempDir Path folder) throws Exception {
        try (FarBroker server = new FarBroker(folder, BrokerConfig.DEFAULT);
                TcpProxy line = new TcpProxy(server.port)) {
            TestClient subscriber = TestClient.open(
                            server.broker, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                    .subscribe("key/#");
            line.refuse(true);
            try (RemoteTransport transport = open("mqtt://127.0.0.1:" + line.port())) {
                publish(transport, 1);
                time.advance(A_MOMENT);
                publish(transport, 2);
                publish(transport, 3);
                time.advance(HOLD.minus(A_MOMENT).plusMillis(1));
                answers.awaitAnswers(1);
                line.refuse(false);
                answers.awaitAnswers(3);
                assertRefused(1, 2, 3);
                awaitUp(transport);
                publish(transport, 4);
                answers.awaitAnswers(4);
                assertThat(answers.receipts()).containsOnlyKeys(4L);
            }
            subscriber.fence();
            assertThat(subscriber.received().payloads()).containsExactly("m4");
        }
    }

    /** Its disk stands still, say; its pings go on. */
    @Test
    void whatAServerThatAnswersPingsDoesNotAnswerIsSentAgainOnANewConnection() {
        try (SilentServer server = new SilentServer();
                RemoteTransport transport = open(server.url())) {
            awaitUp(transport);
            publish(transport, 1);
            publish(transport, 2);
            Awaitility.await().atMost(PATIENCE).until(() -> server.received().size() >= 2);
            server.answer(true);
            answers.awaitAnswers(2);
            assertThat(answers.receipts()).containsOnlyKeys(1L, 2L);
            assertThat(server.received().stream().distinct()).containsExactly("m1", "m2");
            assertThat(server.received()).hasSizeGreaterThan(2);
            assertThat(server.connects()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void whatStandsBehindAPublishThatIsNotAnsweredIsRefusedWithIt() {
        try (SilentServer server = new SilentServer();
                RemoteTransport transport = open(server.url())) {
            awaitUp(transport);
            publish(transport, 1);
            Awaitility.await().atMost(PATIENCE).until(() -> server.received().contains("m1"));
            time.advance(HOLD.plusMillis(1));
            publish(transport, 2);
            answers.awaitAnswers(2);
            assertRefused(1, 2);
            assertThat(server.received()).containsExactly("m1", "m2");
        }
    }

    private void assertRefused(long... contexts) {
        assertThat(answers.refusals().keySet().stream().mapToLong(Long::longValue))
                .containsExactly(java.util.Arrays.stream(contexts).boxed().toArray(Long[]::new));
        assertThat(answers.refusals().values())
                .allSatisfy(refusal -> assertThat(refusal.reason()).isEqualTo(ReasonCode.BUSY));
    }
}
