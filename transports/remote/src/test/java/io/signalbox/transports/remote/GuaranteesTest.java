package io.signalbox.transports.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes what {@link RemoteGuarantees} says and tries to break it. */
final class GuaranteesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each
    private FarBroker server;

    @BeforeEach
    void start() throws Exception {
        server = new FarBroker(
                folder,
                BrokerConfig.DEFAULT.withPolicies(List.of(new TopicPolicy(
                        TopicFilter.ofMqtt("light/#"), Durability.ROUTED, Durability.BUFFERED, false))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RemoteTransport open() {
        return open(server.port, TimeSource.monotonic());
    }

    private static RemoteTransport open(int port, TimeSource time) {
        return RemoteTransport.open(
                RemoteConfig.of(URI.create("mqtt://127.0.0.1:" + port), "test-" + UUID.randomUUID()), time);
    }

    private static Message message(String topic) {
        return Message.to(Topic.ofMqtt(topic)).payload("x").build();
    }

    private static Receipt publish(Transport transport, Message message) {
        return TestClient.get(transport.publish(message), PATIENCE);
    }

    private static ReasonCode refusal(CompletionStage<Receipt> publish) {
        try {
            Receipt receipt = publish.toCompletableFuture().join();
            throw new AssertionError("not refused: " + receipt);
        } catch (CompletionException e) {
            return Objects.requireNonNull((SignalboxException) e.getCause()).reason();
        }
    }

    @Test
    void theReceiptHasTheLevelThatTheTopicsPolicyGivesAndOneThatIsLessThanSaidIsTold() {
        try (RemoteTransport transport = open()) {
            Receipt synced = publish(transport, message("orders/1"));
            assertThat(synced.durability()).isEqualTo(Durability.SYNCED);
            assertThat(synced.sequence()).isPositive();
            assertThat(transport.health().status()).isEqualTo(Health.Status.UP);
            assertThat(publish(transport, message("light/1")).durability()).isEqualTo(Durability.BUFFERED);
            assertThat(transport.health().status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(transport.health().detail()).contains("light/1").contains("BUFFERED");
        }
    }

    @Test
    void whatIsToArriveAtMostOnceReachesNothing() {
        try (RemoteTransport transport = open()) {
            Message light =
                    message("a").toBuilder().guarantee(Guarantee.AT_MOST_ONCE).build();
            assertThat(publish(transport, light).durability()).isEqualTo(Durability.NONE);
        }
    }

    @Test
    void whatWasNotSettledWhenItsProcessDiedComesAgainMarkedAndWhatWasSettledDoesNot() {
        TcpProxy line = new TcpProxy(server.port);
        SessionOptions options = SessionOptions.durableSession("s");
        try (RemoteTransport dying = open(line.port(), TimeSource.monotonic());
                RemoteTransport next = open()) {
            TestClient first = TestClient.open(dying, options, SettleBehaviour.MANUAL, PATIENCE)
                    .subscribe("a");
            for (String payload : List.of("0", "1", "2")) {
                publish(next, message("a").toBuilder().payload(payload).build());
            }
            List<Delivery> got = first.received().awaitPayloads("0", "1", "2");
            first.settle(got.get(1), io.signalbox.transport.Settlement.ACCEPTED);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> server.broker.session("s").orElseThrow().unsettled() == 2);
            line.close();
            TestClient second = TestClient.open(next, options, SettleBehaviour.ACCEPT, PATIENCE);
            assertThat(second.received().awaitPayloads("0", "2")).allMatch(Delivery::redelivered);
            first.close();
            second.close();
        } finally {
            line.close();
        }
    }

    @Test
    void aServerThatIsAwayIsWaitedForAndThenNoMore() {
        TcpProxy line = new TcpProxy(server.port);
        ManualTimeSource time = new ManualTimeSource();
        try (RemoteTransport transport = open(line.port(), time)) {
            line.refuse(true);
            line.cut();
            Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() != Health.Status.UP);
            CompletionStage<Receipt> waiting = transport.publish(message("a"));
            assertThat(waiting.toCompletableFuture()).isNotDone();
            time.advance(Duration.ofSeconds(31));
            assertThat(refusal(waiting)).isEqualTo(ReasonCode.BUSY);
            assertThat(refusal(transport.publish(message("a")))).isEqualTo(ReasonCode.BUSY);
            line.refuse(false);
            Awaitility.await().atMost(PATIENCE).until(() -> transport.health().status() == Health.Status.UP);
            assertThat(publish(transport, message("a")).outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
        } finally {
            line.close();
        }
    }

    @Test
    void theServersReasonForARefusalIsTheReason() {
        try (RemoteTransport transport = open()) {
            assertThat(refusal(transport.publish(message("$SYS/mine")))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            Message long_ = message("a").toBuilder()
                    .properties(MessageProperties.builder()
                            .header("a", "x".repeat(65_000))
                            .header("b", "x".repeat(65_000))
                            .header("c", "x".repeat(65_000))
                            .header("d", "x".repeat(65_000))
                            .header("e", "x".repeat(65_000))
                            .build())
                    .payload(new byte[780_000])
                    .build();
            // More around the payload than the limit of payloads leaves room for: here, not by a closed connection.
            assertThat(refusal(transport.publish(long_))).isEqualTo(ReasonCode.PAYLOAD_TOO_LARGE);
            assertThat(publish(transport, message("a")).durability()).isEqualTo(Durability.SYNCED);
        }
    }

    @Test
    void anOperatorsEndOfASessionIsTheSubscribersEnd() {
        try (RemoteTransport transport = open()) {
            TestClient client =
                    TestClient.open(transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE);
            assertThat(server.broker.removeSession("s")).isTrue();
            client.received().awaitDetached(io.signalbox.transport.Subscriber.DetachReason.REMOVED);
            client.close();
        }
    }

    @Test
    void whoeverOpensItElsewhereHasIt() {
        try (RemoteTransport one = open();
                RemoteTransport other = open()) {
            SessionOptions options = SessionOptions.durableSession("s");
            TestClient first = TestClient.open(one, options, SettleBehaviour.ACCEPT, PATIENCE);
            TestClient second = TestClient.open(other, options, SettleBehaviour.ACCEPT, PATIENCE);
            first.received().awaitDetached(io.signalbox.transport.Subscriber.DetachReason.TAKEN_OVER);
            assertThat(second.session().resumed()).isTrue();
            first.close();
            second.close();
        }
    }

    @Test
    void aSessionThatTheServerHasLostIsSubscribedAgain() {
        TcpProxy line = new TcpProxy(server.port);
        try (RemoteTransport cut = open(line.port(), TimeSource.monotonic());
                RemoteTransport other = open()) {
            TestClient client = TestClient.open(
                            cut, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                    .subscribe("a", "b");
            assertThat(client.unsubscribe("b")).isTrue();
            line.refuse(true);
            line.cut();
            Awaitility.await().atMost(PATIENCE).until(() -> server.broker.removeSession("s"));
            line.refuse(false);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> server.broker
                            .session("s")
                            .filter(info -> info.subscriptions().size() == 1)
                            .isPresent());
            publish(other, message("b"));
            publish(other, message("a"));
            client.received().awaitPayloads("x");
            client.close();
        } finally {
            line.close();
        }
    }
}
