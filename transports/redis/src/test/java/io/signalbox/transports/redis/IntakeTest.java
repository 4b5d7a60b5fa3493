package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What other clients publish, when some of it is refused. */
final class IntakeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RedisServer server = RedisServer.shared();
    private final RedisConfig config =
            server.config("intake").withDelivery(new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(20)));
    private final String prefix = "{" + config.prefix() + "}:";
    private final RedisTransport transport = RedisTransport.open(config, TimeSource.monotonic());
    private final TestClient free = TestClient.open(
                    transport, SessionOptions.durableSession("free"), SettleBehaviour.ACCEPT, PATIENCE)
            .subscribe("free/#");

    @AfterEach
    void close() {
        transport.close();
    }

    private TestClient bounded(int messagesMax, long bytesMax) {
        return TestClient.open(
                        transport,
                        SessionOptions.durableSession("bounded")
                                .withQueue(messagesMax, bytesMax, OverflowPolicy.REJECT_PUBLISH),
                        SettleBehaviour.ACCEPT,
                        PATIENCE)
                .subscribe("orders/#");
    }

    /** In one step, so that they are in one page. Lua code that has {@code add(topic, payload, name, value, ...)}. */
    private void addAll(String code) {
        server.cli(
                "eval",
                "local function add(topic, payload, ...) redis.call('XADD', KEYS[1], '*', 'sb-topic', topic,"
                        + " 'payload', payload, ...) end " + code,
                "1",
                prefix + "in");
    }

    private long length(String stream) {
        return Long.parseLong(server.cli("xlen", prefix + stream));
    }

    private void awaitLength(String stream, long length) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(length(stream)).isEqualTo(length));
    }

    @Test
    void whatComesAfterARefusedEntryOfItsTopicOrKeyWaitsForItAndOthersGoOn() {
        bounded(1_000, 10_000).detach();
        String large = "string.rep('x', 6000)";
        addAll("add('orders/1', " + large + ") add('orders/1', 'refused' .. " + large
                + ", 'sb-ordering-key', 'k') add('orders/1', 'of its topic')"
                + " add('orders/2', 'of its key', 'sb-ordering-key', 'k') add('orders/2', 'of the topic of that')"
                + " add('orders/3', 'another') add('free/1', 'elsewhere')");
        free.received().awaitPayloads("elsewhere");
        server.awaitLookBehind(config, 4);
        assertThat(length("in")).isEqualTo(4);
        assertThat(length("queue:s:bounded")).isEqualTo(2);
        List<String> got = bounded(1_000, 10_000).received().awaitCount(6).stream()
                .map(delivery -> delivery.payload()
                        .substring(0, Math.min(8, delivery.payload().length())))
                .toList();
        assertThat(got).startsWith("xxxxxxxx", "another", "refusedx", "of its t", "of its k", "of the t");
        awaitLength("in", 0);
    }

    @Test
    void moreThanAPageOfRefusedEntriesHoldsUpNobodyElse() {
        bounded(1, 1_000_000).detach();
        addAll("for i = 0, 249 do add('orders/' .. i, i) end add('free/1', 'elsewhere')");
        free.received().awaitPayloads("elsewhere");
        addAll("add('free/1', 'later')");
        free.received().awaitPayloads("elsewhere", "later");
        awaitLength("in", 249);
        List<String> expected = new ArrayList<>(
                IntStream.range(0, 250).mapToObj(String::valueOf).toList());
        TestClient back = bounded(1_000, 1_000_000);
        back.received().awaitCount(250);
        assertThat(back.received().payloads()).containsExactlyInAnyOrderElementsOf(expected);
        awaitLength("in", 0);
    }

    @Test
    void whatItsQueueCanNeverHoldIsADeadLetterAndWhatIsBehindItGoesOn() {
        TestClient client = bounded(1_000, 10_000);
        addAll("add('orders/1', string.rep('x', 20000)) add('orders/1', 'after it')");
        client.received().awaitPayloads("after it");
        awaitLength("in", 0);
        assertThat(server.cli("xrange", prefix + "dead:foreign", "-", "+"))
                .contains("overflow")
                .contains("xxxx")
                .contains("queue s:bounded never holds as many bytes");
    }

    @Test
    void impossibleDeathsAreNamedAndTheEntryIsADeadLetter() {
        TestClient client = bounded(1_000, 10_000);
        addAll("for _, deaths in ipairs({'[1]', '[true]', 'nonsense', '{\"a\":1}', '[[]]', '[{\"source\":1}]'}) do"
                + " add('orders/1', 'with ' .. deaths, 'sb-deaths', deaths) end add('orders/1', 'after them', 'sb-deaths',"
                + " '[{\"source\":\"s:x\",\"reason\":\"rejected\",\"count\":1}]')");
        client.received().awaitPayloads("after them");
        awaitLength("in", 0);
        assertThat(length("dead:foreign")).isEqualTo(6);
        assertThat(server.cli("xrange", prefix + "dead:foreign", "-", "+"))
                .contains("malformed")
                .contains("with nonsense")
                .contains("sb-deaths is no list of deaths");
    }

    @Test
    void anEntryOfMoreFieldsThanAScriptCanHandOnIsADeadLetterThatSaysSo() {
        TestClient client = bounded(1_000, 10_000_000);
        server.cli(
                "eval",
                "local f = {} for i = 1, 3500 do f[2 * i - 1] = 'h' .. i f[2 * i] = 'x' end"
                        + " redis.call('XADD', KEYS[1], '*', 'sb-topic', 'orders/1', unpack(f))"
                        + " redis.call('XADD', KEYS[1], '*', 'sb-topic', 'orders/1', 'payload', 'after it')",
                "1",
                prefix + "in");
        client.received().awaitPayloads("after it");
        awaitLength("in", 0);
        assertThat(server.cli("xrange", prefix + "dead:foreign", "-", "+")).contains("the limit of redis is 2000");
    }

    @Test
    void whatBecameOfItIsCounted() {
        TestClient client = bounded(1, 10_000);
        client.detach();
        addAll("add('orders/1', 'a') add('orders/2', 'b') add('orders/+', 'c') add('free/1', 'd')");
        free.received().awaitPayloads("d");
        awaitLength("in", 1);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            ServerCounts counts = transport.serverCounts();
            assertThat(counts.intakePublished()).isEqualTo(2);
            assertThat(counts.intakeBuried()).isEqualTo(1);
            assertThat(counts.intakeRefused()).isGreaterThan(1);
        });
    }
}
