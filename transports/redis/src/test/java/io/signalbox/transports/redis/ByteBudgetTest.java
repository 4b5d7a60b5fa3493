package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However large messages are, neither a script nor an answer nor a session has more than so many bytes of them. */
final class ByteBudgetTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;

    private final RedisServer server = new RedisServer("--appendonly", "no");
    private final RedisConfig config =
            server.config("bytes").withDelivery(new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(20)));
    private final String prefix = "{" + config.prefix() + "}:";
    private final RedisTransport transport = RedisTransport.open(config, TimeSource.monotonic());

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    private void fill(String stream, int count) {
        server.cli(
                "eval",
                "for i = 1, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], '*', 'sb-topic', 'a', 'sb-payload',"
                        + " string.rep('x', 1048576)) end",
                "1",
                prefix + stream,
                String.valueOf(count));
    }

    private TestClient session(SettleBehaviour behaviour) {
        return TestClient.open(
                transport,
                SessionOptions.durableSession("s").withQueue(10_000, 1L << 30, OverflowPolicy.SPILL),
                behaviour,
                PATIENCE);
    }

    @Test
    void aSessionHoldsNoMoreBytesThanItsBoundAndGoesOnWhenTheyAreSettled() {
        TestClient client = session(SettleBehaviour.MANUAL);
        client.writable(false);
        fill("queue:s:s", 80);
        client.writable(true);
        client.received().awaitCount(60);
        server.awaitLook(config);
        client.flush();
        assertThat(client.received().deliveries().size()).isBetween(60, 65); // and not what is in them
        client.received().deliveries().forEach(delivery -> client.settle(delivery, Settlement.ACCEPTED));
        client.received().awaitCount(80);
    }

    @Test
    void oneTakingHasItsBoundAndSaysThatThereIsMore() throws InterruptedException {
        session(SettleBehaviour.MANUAL).detach();
        fill("queue:s:s", 30);
        server.cli("hset", prefix + "session:s", "owner", "me/1");
        Arguments arguments = new Arguments()
                .add("s")
                .add("me/1")
                .add("s:s")
                .add(false)
                .add(1_000)
                .add(8 * MIB)
                .add("");
        List<Object> answer = run(Script.TAKE, arguments);
        assertThat(Reply.list(answer.get(1)).size()).isBetween(8, 9);
        assertThat(Reply.number(answer.get(2))).isEqualTo(1);
    }

    @Test
    void thePastIsReadInPagesOfBoundedBytesAndAllOfIt() throws InterruptedException {
        fill("log", 30);
        List<Object> page = run(Script.PAGE, StreamPage.oldestFirst(Keys.LOG, "-", "+", 100, 4 * MIB));
        assertThat(Reply.list(page.get(1)).size()).isBetween(4, 5);
        assertThat(Reply.number(page.get(0))).isEqualTo(1);
        long[] bytes = {0};
        ReadRequest all = new ReadRequest(TopicFilter.ofMqtt("a"), StartPosition.ALL, Long.MAX_VALUE, 1_000);
        assertThat(TestClient.get(
                        transport.read(all, stored -> {
                            bytes[0] += stored.message().payload().length;
                            return true;
                        }),
                        PATIENCE))
                .isEqualTo(30);
        assertThat(bytes[0]).isEqualTo(30L * MIB);
    }

    @Test
    void anEntryOfTheIntakeLargerThanAMessageMayBeIsADeadLetterAndIsNotFetched() {
        TestClient client = session(SettleBehaviour.ACCEPT).subscribe("#");
        server.cli(
                "eval",
                "redis.call('XADD', KEYS[1], '*', 'sb-topic', 'a', 'payload', string.rep('x', 20 * 1048576))"
                        + " redis.call('XADD', KEYS[1], '*', 'sb-topic', 'a', 'payload', 'after it')",
                "1",
                prefix + "in");
        client.received().awaitPayloads("after it");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.cli("xlen", prefix + "dead:foreign").equals("1"));
    }

    private List<Object> run(Script script, Arguments arguments) throws InterruptedException {
        return transport
                .worker()
                .retrying(
                        link -> Failures.get(link.run(script, arguments), PATIENCE.toMillis()),
                        System.nanoTime() + PATIENCE.toNanos());
    }
}
