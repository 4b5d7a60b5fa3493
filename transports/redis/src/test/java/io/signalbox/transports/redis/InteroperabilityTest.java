package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What redis-cli writes by hand is read, and what is published here redis-cli reads. */
final class InteroperabilityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RedisServer server = RedisServer.shared();
    private final RedisConfig config =
            server.config("cli").withDelivery(new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(20)));
    private final String prefix = "{" + config.prefix() + "}:";
    private final RedisTransport transport = RedisTransport.open(config, new ManualTimeSource());

    @AfterEach
    void close() {
        transport.close();
    }

    private TestClient session(SettleBehaviour behaviour) {
        return TestClient.open(transport, SessionOptions.durableSession("s"), behaviour, PATIENCE)
                .subscribe("orders/#");
    }

    private void publish(Message message) {
        assertThat(transport.publish(message)).succeedsWithin(PATIENCE);
    }

    @Test
    void whatIsAddedToTheIntakeByHandArrivesWithItsProperties() {
        TestClient client = session(SettleBehaviour.ACCEPT);
        server.cli(
                "xadd",
                prefix + "in",
                "*",
                "sb-topic",
                "orders/eu/created",
                "content-type",
                "application/json",
                "sb-id",
                "m-1",
                "sb-timestamp",
                "2026-01-01T00:00:00Z",
                "tenant",
                "acme",
                "payload",
                "{\"id\": 1}");
        server.cli("xadd", prefix + "in", "*", "sb-topic", "orders/2", "payload", "bare");
        List<Delivery> got = client.received().awaitCount(2);
        Message dressed = got.getFirst().message();
        assertThat(dressed.topic().text()).isEqualTo("orders/eu/created");
        assertThat(dressed.payloadText()).isEqualTo("{\"id\": 1}");
        MessageProperties properties = dressed.properties();
        assertThat(properties.contentType()).isEqualTo("application/json");
        assertThat(properties.id()).isEqualTo("m-1");
        assertThat(properties.headers().get("tenant")).isEqualTo("acme");
        assertThat(dressed.timestampMillis()).isEqualTo(1_767_225_600_000L);
        assertThat(got.get(1).message().properties()).isEqualTo(MessageProperties.NONE);
        assertThat(got.get(1).payload()).isEqualTo("bare");
        assertThat(server.cli("xlen", prefix + "in")).isEqualTo("0");
    }

    @Test
    void severalNodesReadTheIntakeAndEachMessageArrivesOnceInOrder() {
        TestClient client = session(SettleBehaviour.ACCEPT);
        try (RedisTransport other = RedisTransport.open(config, new ManualTimeSource())) {
            assertThat(other.name()).isEqualTo("redis");
            String script =
                    "for i = 0, 299 do redis.call('XADD', KEYS[1], '*', 'sb-topic', 'orders/1', 'payload', i) end";
            server.cli("eval", script, "1", prefix + "in");
            client.received().awaitCount(300);
            client.fence();
        }
        assertThat(client.received().payloads())
                .containsExactlyElementsOf(
                        IntStream.range(0, 300).mapToObj(String::valueOf).toList());
    }

    @Test
    void whatNoMessageCanBeIsADeadLetterWithItsBytes() {
        TestClient client = session(SettleBehaviour.ACCEPT);
        server.cli("xadd", prefix + "in", "*", "sb-topic", "orders/1", "sb-ttl", "soon", "payload", "its bytes");
        server.cli("xadd", prefix + "in", "*", "sb-topic", "orders/+", "payload", "a filter is no topic");
        server.cli("xadd", prefix + "in", "*", "sb-topic", "orders/1", "payload", "after it");
        client.received().awaitPayloads("after it");
        String dead = server.cli("xrange", prefix + "dead:foreign", "-", "+");
        assertThat(dead)
                .contains("malformed")
                .contains("sb-ttl")
                .contains("its bytes")
                .contains("a filter is no topic");
    }

    @Test
    void whatIsPublishedHereIsReadByHand() {
        session(SettleBehaviour.ACCEPT).detach();
        publish(Message.to(Topic.ofMqtt("orders/eu/shipped"))
                .payload("on its way")
                .timestampMillis(1_767_225_600_123L)
                .properties(MessageProperties.builder()
                        .id("m-2")
                        .contentType("text/plain")
                        .replyTo("replies/us")
                        .from("warehouse")
                        .header("tenant", "acme")
                        .build())
                .build());
        List<String> expected = List.of(
                "sb-topic",
                "orders/eu/shipped",
                "sb-timestamp",
                "1767225600123",
                "sb-id",
                "m-2",
                "sb-from",
                "warehouse",
                "sb-reply-to",
                "replies/us",
                "content-type",
                "text/plain",
                "tenant",
                "acme",
                "sb-payload",
                "on its way");
        assertThat(server.cli("xrange", prefix + "log", "-", "+").lines().skip(1))
                .containsExactlyElementsOf(expected);
        // As a consumer of the session's group, which it is in the place of the session.
        String taken = server.cli(
                "xreadgroup", "group", "signalbox", "by-hand", "count", "1", "streams", prefix + "queue:s:s", ">");
        assertThat(taken.lines().skip(2)).containsExactlyElementsOf(expected);
    }

    @Test
    void anEntryThatIsAddedToASessionsQueueByHandIsDelivered() {
        TestClient client = session(SettleBehaviour.ACCEPT);
        server.cli("xadd", prefix + "queue:s:s", "*", "sb-topic", "orders/9", "payload", "straight in");
        client.received().awaitPayloads("straight in");
    }

    @Test
    void whatWasReadInASessionsPlaceAndNotDeletedIsStillTheSessions() {
        session(SettleBehaviour.MANUAL).detach();
        server.cli("xadd", prefix + "queue:s:s", "*", "sb-topic", "orders/9", "payload", "read by hand");
        server.cli("xadd", prefix + "queue:s:s", "*", "sb-topic", "orders/9", "payload", "read and done");
        String group = "signalbox";
        String taken =
                server.cli("xreadgroup", "group", group, "by-hand", "count", "2", "streams", prefix + "queue:s:s", ">");
        String done = taken.lines()
                .filter(line -> line.matches("\\d+-\\d+"))
                .skip(1)
                .findFirst()
                .orElseThrow();
        server.cli("xack", prefix + "queue:s:s", group, done);
        server.cli("xdel", prefix + "queue:s:s", done);
        TestClient back = session(SettleBehaviour.ACCEPT);
        back.received().awaitPayloads("read by hand");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.cli("xlen", prefix + "queue:s:s").equals("0"));
        assertThat(server.cli("xpending", prefix + "queue:s:s", group)).startsWith("0");
    }

    @Test
    void aQueueThatSomebodyDeletedIsReadAgainOnceThereIsOne() {
        TestClient client = session(SettleBehaviour.ACCEPT);
        server.cli("del", prefix + "queue:s:s");
        publish(Message.to(Topic.ofMqtt("orders/1")).payload("after it").build());
        client.received().awaitPayloads("after it");
    }

    private void addWithDeaths(String deaths) {
        server.cli(
                "xadd",
                prefix + "queue:s:s",
                "*",
                "sb-topic",
                "orders/1",
                "sb-deaths",
                deaths,
                "payload",
                "written by hand");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1]",
                "[true]",
                "nonsense",
                "{\"a\":1}",
                "[null,[[]]]",
                "[{\"source\":1,\"reason\":[],\"count\":{}}]",
                "[{\"source\":\"s:s\",\"reason\":\"rejected\",\"count\":1e999}]"
            })
    void deathsThatNobodyDiedStandInNobodysWay(String deaths) {
        session(SettleBehaviour.MANUAL).detach();
        addWithDeaths(deaths);
        TestClient client = session(SettleBehaviour.MANUAL);
        client.settle(client.received().awaitCount(1).getFirst(), new Settlement.Rejected("no such customer"));
        assertThat(awaitDeadLetter().deaths()).startsWith("[{").contains("no such customer");
        client.detach();
        // The oldest of a queue that is full, when a batch of others comes.
        TestClient.open(
                        transport,
                        SessionOptions.durableSession("s").withQueue(1, 1_000_000, OverflowPolicy.DEAD_LETTER),
                        SettleBehaviour.MANUAL,
                        PATIENCE)
                .detach();
        addWithDeaths(deaths);
        publish(Message.to(Topic.ofMqtt("orders/2")).payload("pushes it out").build());
        assertThat(transport.deadLetters(10).getLast().deaths()).contains("\"reason\":\"overflow\"");
    }

    @Test
    void aDeadLetterTellsItsDeathsAndMoreOfThemWhenItDiesAgain() {
        TestClient client = session(SettleBehaviour.MANUAL);
        publish(Message.to(Topic.ofMqtt("orders/1"))
                .payload("poison")
                .properties(MessageProperties.builder().id("known by now").build())
                .build());
        client.settle(client.received().awaitCount(1).getFirst(), new Settlement.Rejected("no such customer"));
        DeadLetter first = awaitDeadLetter();
        assertThat(first.message().payloadText()).isEqualTo("poison");
        assertThat(first.deaths())
                .contains("\"reason\":\"rejected\"")
                .contains("\"detail\":\"no such customer\"")
                .contains("\"source\":\"s:s\"")
                .contains("\"count\":1");
        // Back by hand, as it is: it takes its history along.
        String again = "local e = redis.call('XRANGE', KEYS[1], '-', '+')[1] redis.call('XDEL', KEYS[1], e[1])"
                + " return redis.call('XADD', KEYS[2], '*', unpack(e[2]))";
        server.cli("eval", again, "2", prefix + "dead", prefix + "in");
        client.settle(client.received().awaitCount(2).getLast(), new Settlement.Rejected("still none"));
        DeadLetter second = awaitDeadLetter();
        assertThat(second.deaths()).contains("\"count\":2").contains("still none");
    }

    private DeadLetter awaitDeadLetter() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !transport.deadLetters(10).isEmpty());
        return transport.deadLetters(10).getFirst();
    }
}
