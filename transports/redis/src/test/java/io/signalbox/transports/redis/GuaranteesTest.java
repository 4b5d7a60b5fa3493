package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Takes what the transport says of itself and breaks it. Servers that are killed are in {@link FaultTest}. */
final class GuaranteesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ManualTimeSource time = new ManualTimeSource();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private RedisTransport open(RedisConfig config) {
        RedisTransport transport = RedisTransport.open(config, ServerClock.given(time));
        opened.add(transport);
        return transport;
    }

    private RedisServer server(String... options) {
        RedisServer server = new RedisServer(options);
        opened.add(server);
        return server;
    }

    private static Receipt publish(RedisTransport transport, String payload, Guarantee guarantee) {
        return TestClient.get(
                transport.publish(Message.to(Topic.ofMqtt("a"))
                        .payload(payload)
                        .guarantee(guarantee)
                        .build()),
                PATIENCE);
    }

    private static TestClient session(RedisTransport transport, SessionOptions options) {
        return TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE);
    }

    @Test
    void theLevelIsWhatTheServersSettingsGiveAndThatOfTheReceipt() {
        RedisServer server = server("--appendonly", "yes");
        assertLevel(server, "always", Durability.SYNCED);
        assertLevel(server, "everysec", Durability.ROUTED);
        assertLevel(server, "no", Durability.BUFFERED);
        server.cli("config", "set", "appendonly", "no");
        assertLevel(server, "always", Durability.ROUTED);
    }

    private void assertLevel(RedisServer server, String fsync, Durability expected) {
        server.cli("config", "set", "appendfsync", fsync);
        RedisTransport transport = open(server.config("level"));
        session(transport, SessionOptions.durableSession("s")).subscribe("a");
        String said = transport.guarantees().durability();
        assertThat(Durability.valueOf(said.substring(0, said.indexOf(':')))).isEqualTo(expected);
        assertThat(said).contains("appendfsync " + fsync);
        assertThat(transport.capabilities().durability()).isEqualTo(expected);
        assertThat(publish(transport, "x", Guarantee.AT_LEAST_ONCE).durability())
                .isEqualTo(expected);
        assertThat(publish(transport, "x", Guarantee.AT_MOST_ONCE).durability()).isEqualTo(Durability.ROUTED);
    }

    @Test
    void aServerThatPromisesLessAfterItsReturnIsSaidToBeDegraded() {
        RedisServer server = server("--appendonly", "yes", "--appendfsync", "always");
        RedisTransport transport = open(server.config("less"));
        assertThat(transport.health().status()).isEqualTo(Health.Status.UP);
        server.cli("config", "set", "appendfsync", "everysec");
        server.cli("client", "kill", "type", "normal");
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(transport.health().status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(transport.health().detail()).contains("ROUTED").contains("SYNCED");
        });
    }

    @Test
    void aServerThatEvictsQueuesIsNamed() {
        RedisServer server = server("--maxmemory-policy", "allkeys-lru");
        assertThat(open(server.config("evicts")).guarantees().lossWindow()).contains("allkeys-lru");
    }

    @Test
    void aFullServerRefusesPublishesAndGoesOnWhenThereIsRoom() {
        RedisServer server = server();
        RedisTransport transport = open(server.config("full"));
        assertThat(transport.guarantees().retention()).contains("maxmemory, at which publishes are refused");
        TestClient client =
                session(transport, SessionOptions.durableSession("s")).subscribe("a");
        server.cli("config", "set", "maxmemory", "1mb");
        assertThatThrownBy(() -> publish(transport, "x", Guarantee.AT_LEAST_ONCE))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.STORAGE_FULL));
        server.cli("config", "set", "maxmemory", "0");
        publish(transport, "y", Guarantee.AT_LEAST_ONCE);
        client.received().awaitPayloads("y");
    }

    @Test
    void replicasThatAreAskedForMustConfirm() {
        // Or it waits 5 s for more replicas before it sends its data.
        RedisServer server =
                server("--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0");
        RedisTransport transport = open(
                server.config("replicas").withPublish(PublishLimits.DEFAULT.withReplicas(1, Duration.ofMillis(500))));
        assertThat(transport.guarantees().durability()).contains("WAIT for 1 replicas");
        assertThatThrownBy(() -> publish(transport, "x", Guarantee.AT_LEAST_ONCE))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY))
                .hasMessageContaining("0 of 1 replicas");
        server("--replicaof", "127.0.0.1", String.valueOf(server.port()));
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreException(SignalboxException.class)
                .until(() -> publish(transport, "y", Guarantee.AT_LEAST_ONCE).durability() == Durability.SYNCED);
    }

    @Test
    void atMostOnceIsLostToASessionThatIsAway() {
        RedisTransport transport = open(RedisServer.shared().config("say"));
        assertThat(transport.guarantees().lossWindow()).contains("a session that is away");
        session(transport, SessionOptions.durableSession("s")).subscribe("a").detach();
        session(transport, SessionOptions.transientSession("passes by")).detach();
        publish(transport, "light", Guarantee.AT_MOST_ONCE);
        publish(transport, "heavy", Guarantee.AT_LEAST_ONCE);
        session(transport, SessionOptions.durableSession("s")).received().awaitPayloads("heavy");
    }

    @Test
    void anotherBoundHoldsFromTheNextOpenOn() {
        RedisTransport transport = open(RedisServer.shared().config("bound"));
        SessionOptions hundred = SessionOptions.durableSession("s").withQueue(100, 1 << 20, OverflowPolicy.DROP_OLDEST);
        session(transport, hundred).subscribe("a").detach();
        for (int i = 0; i < 10; i++) {
            publish(transport, "m" + i, Guarantee.AT_LEAST_ONCE);
        }
        session(transport, hundred.withQueue(3, 1 << 20, OverflowPolicy.DROP_OLDEST))
                .received()
                .awaitPayloads("m7", "m8", "m9");
    }

    @Test
    void theHistoryHasItsBoundsInMessagesAndTime() {
        RedisServer server = RedisServer.shared();
        RedisConfig config = server.config("history")
                .withRetention(new RetentionLimits(1_000, Duration.ofMinutes(10), Duration.ofMinutes(1), 1_000, 1_000))
                .withDelivery(new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(20)));
        RedisTransport transport = open(config);
        assertThat(transport.guarantees().retention()).contains("1000 messages and PT10M");
        List<java.util.concurrent.CompletionStage<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            receipts.add(transport.publish(
                    Message.to(Topic.ofMqtt("a")).payload("m" + i).build()));
        }
        receipts.forEach(receipt -> TestClient.get(receipt, PATIENCE));
        assertThat(count(transport)).isBetween(1_000L, 1_200L); // a node of a stream has 100 entries
        time.advance(Duration.ofMinutes(11));
        Awaitility.await().atMost(PATIENCE).until(() -> count(transport) == 0);
    }

    private static long count(RedisTransport transport) {
        return TestClient.get(
                transport.read(
                        new ReadRequest(TopicFilter.ofMqtt("a"), StartPosition.ALL, Long.MAX_VALUE, 10_000), m -> true),
                PATIENCE);
    }

    @Test
    void noMoreTopicsAreRetainedThanTheLimit() {
        RedisTransport transport = open(RedisServer.shared()
                .config("retained")
                .withRetention(new RetentionLimits(100, Duration.ofHours(1), Duration.ofMinutes(1), 100, 2)));
        retain(transport, "t/1");
        retain(transport, "t/2");
        retain(transport, "t/2");
        assertThatThrownBy(() -> retain(transport, "t/3"))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED));
    }

    private static void retain(RedisTransport transport, String topic) {
        TestClient.get(
                transport.publish(Message.to(Topic.ofMqtt(topic))
                        .payload("x")
                        .retain(true)
                        .build()),
                PATIENCE);
    }

    @Test
    void itReadsAsFiveLines() {
        RedisTransport transport = open(RedisServer.shared().config("text"));
        assertThat(transport.guarantees().text().lines()).hasSize(5).allMatch(text -> text.length() > 20);
    }
}
