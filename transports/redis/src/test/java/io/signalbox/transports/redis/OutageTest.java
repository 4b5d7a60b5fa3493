package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A server that is away under load for longer than an instance may be silent: nobody's session ends, nothing acknowledged
 * is lost, each key keeps its order. With {@code -Dsignalbox.long=true} ({@code ./test outage}) it is away for 65 s, with
 * the default limits.
 */
final class OutageTest {
    private static final boolean LONG = Boolean.getBoolean("signalbox.long");
    private static final Duration AWAY = LONG ? Duration.ofSeconds(65) : Duration.ofMillis(1_800);
    private static final DeliveryLimits DELIVERY =
            LONG ? DeliveryLimits.DEFAULT : new DeliveryLimits(4, Duration.ofMillis(1_500), Duration.ofMillis(50));
    private static final Duration CONFIRM_WAIT = LONG ? Duration.ofSeconds(10) : Duration.ofSeconds(1);
    private static final int MESSAGES = LONG ? 60_000 : 4_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final RedisServer server = RedisServer.synced();
    private final TcpProxy consumerLine = new TcpProxy(server.port());
    private final RedisConfig config = server.config("outage")
            .withPublish(PublishLimits.DEFAULT.withHold(PATIENCE).withReplicas(0, CONFIRM_WAIT))
            .withDelivery(DELIVERY);
    private final RedisTransport publisher = RedisTransport.open(config, TimeSource.monotonic());
    private final RedisTransport consumer =
            RedisTransport.open(config.withUri(RedisServer.uri(consumerLine.port())), TimeSource.monotonic());

    @AfterEach
    void close() {
        publisher.close();
        consumer.close();
        consumerLine.close();
        server.close();
    }

    private static TestClient session(RedisTransport transport, SessionOptions options, SettleBehaviour behaviour) {
        return TestClient.open(transport, options, behaviour, PATIENCE);
    }

    private TestClient durable() {
        return session(
                        consumer,
                        SessionOptions.durableSession("s").withQueue(1_000_000, 1L << 30, OverflowPolicy.SPILL),
                        SettleBehaviour.ACCEPT)
                .subscribe("faults/#");
    }

    private TestClient passing() {
        return session(
                        consumer,
                        SessionOptions.transientSession("t").withQueue(1_000_000, 1L << 30, OverflowPolicy.DROP_OLDEST),
                        SettleBehaviour.ACCEPT)
                .subscribe("faults/#");
    }

    private static FilterSpec shared() {
        return FilterSpec.of(TopicFilter.ofMqtt("work/#"), Guarantee.AT_LEAST_ONCE)
                .withShareGroup("g");
    }

    private List<Delivery> hold(TestClient member) {
        for (int i = 0; i < 5; i++) {
            assertThat(publisher.publish(
                            Message.to(Topic.ofMqtt("work/x")).payload("w" + i).build()))
                    .succeedsWithin(PATIENCE);
        }
        return member.received().awaitCount(5);
    }

    /** How long it is away is what this is about. */
    private static void letPass(Duration away) {
        long began = System.nanoTime();
        Awaitility.await()
                .atMost(away.plus(PATIENCE))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> System.nanoTime() - began >= away.toNanos());
    }

    @Test
    void theInstanceThatIsBackFirstEndsNobodysSession() throws Exception {
        TestClient durable = durable();
        TestClient passing = passing();
        passing.writable(false); // what it is owed stays at the server
        TestClient working = session(consumer, SessionOptions.durableSession("working"), SettleBehaviour.MANUAL)
                .subscribe(shared());
        List<Delivery> held = hold(working);
        TestClient idle = session(publisher, SessionOptions.durableSession("idle"), SettleBehaviour.ACCEPT)
                .subscribe(shared());
        NumberStream stream = new NumberStream(publisher, MESSAGES);
        stream.awaitOneThird();
        consumerLine.refuse(true);
        server.kill();
        letPass(AWAY);
        server.start();
        server.awaitLook(config);
        consumerLine.refuse(false);
        passing.writable(true);
        stream.awaitAll();
        stream.awaitEverythingAt(durable, PATIENCE);
        stream.awaitEverythingAt(passing, PATIENCE);
        held.forEach(delivery -> working.settle(delivery, Settlement.ACCEPTED));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.cli("xlen", "{" + config.prefix() + "}:queue:g:g/work/#")
                        .equals("0"));
        assertThat(idle.received().deliveries())
                .as("work that a live instance had in hand")
                .isEmpty();
        assertNobodyDetached(durable, passing, working, idle);
    }

    @Test
    void aServerThatStandsStillLosesNothingAndEndsNobodysSession() throws Exception {
        TestClient durable = durable();
        TestClient passing = passing();
        NumberStream stream = new NumberStream(publisher, MESSAGES);
        stream.awaitOneThird();
        server.pause();
        letPass(AWAY);
        server.resume();
        stream.awaitAll();
        stream.awaitEverythingAt(durable, PATIENCE);
        stream.awaitEverythingAt(passing, PATIENCE);
        assertNobodyDetached(durable, passing);
    }

    private static void assertNobodyDetached(TestClient... clients) {
        for (TestClient client : clients) {
            assertThat(client.received().detachReason())
                    .as(client.session().name())
                    .isNull();
        }
    }
}
