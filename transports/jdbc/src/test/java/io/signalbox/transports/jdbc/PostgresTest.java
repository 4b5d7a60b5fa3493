package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Deliveries;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What only a real server shows: crashes, cut connections, two nodes, and people with psql. */
class PostgresTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    /** {@code ./test jdbc} for more. */
    private static final int CUTS = Boolean.getBoolean("signalbox.long") ? 100 : 6;

    private static final int CRASHES = Boolean.getBoolean("signalbox.long") ? 20 : 3;

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    private final String schema = "real_" + SCHEMAS.incrementAndGet();
    private final JdbcTransport transport = open();

    /** A publish may wait for as long as a server takes to start on a busy machine. */
    private JdbcTransport open() {
        return JdbcTransport.open(
                JdbcConfig.of(server.url())
                        .withUser("test", "")
                        .withSchema(schema)
                        .withPublishTimeout(PATIENCE.dividedBy(2)),
                TimeSource.monotonic());
    }

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private TestClient client(String name, String filter) {
        return client(transport, name, filter);
    }

    private static TestClient client(JdbcTransport on, String name, String filter) {
        return TestClient.open(on, SessionOptions.durableSession(name), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe(filter);
    }

    private static Message keyed(String key, int number) {
        return Message.to(Topic.ofMqtt("a/" + key))
                .payload(key + ":" + number)
                .properties(MessageProperties.builder().orderingKey(key).build())
                .build();
    }

    /** Publishes to four keys until it is told to stop; every publish is tried again until it is acknowledged. */
    private int publishUntil(AtomicBoolean stop, int atLeast) {
        int number = 0;
        while (!stop.get() || number < atLeast) {
            PublishRecorder answers = new PublishRecorder(PATIENCE);
            for (int key = 0; key < 4; key++) {
                transport.publish(keyed("k" + key, number), answers, key);
            }
            answers.awaitAnswers(4);
            assertThat(answers.refusals())
                    .as("within the publish timeout an outage is ridden out")
                    .isEmpty();
            number++;
        }
        return number;
    }

    private static void assertOrderedAndComplete(List<Delivery> all, int perKey) {
        List<Delivery> once = all.stream().filter(new HashSet<>()::add).toList();
        Deliveries.by(d -> d.payload().substring(0, 2), once).forEach((key, ofKey) -> {
            List<String> firsts =
                    ofKey.stream().map(Delivery::payload).distinct().toList();
            assertThat(firsts)
                    .containsExactlyElementsOf(IntStream.range(0, perKey)
                            .mapToObj(i -> key + ":" + i)
                            .toList());
        });
    }

    @Test
    void aServerThatCrashesInMidStreamLosesNothingAcknowledgedAndKeepsTheOrderOfEachKey() throws Exception {
        try (TestClient client = client("s", "a/#")) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger published = new AtomicInteger();
            Thread publisher = Thread.ofPlatform().start(() -> published.set(publishUntil(stop, 200)));
            for (int crash = 0; crash < CRASHES; crash++) {
                int before = client.received().deliveries().size();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> client.received().deliveries().size() > before + 40);
                server.crash();
                server.startAgain();
            }
            stop.set(true);
            publisher.join();
            int all = 4 * published.get();
            assertThat(published.get()).isPositive();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            client.received().payloads().stream().distinct().count() >= all);
            assertOrderedAndComplete(client.received().deliveries(), published.get());
            assertThat(client.received().violations()).isEmpty();
        }
    }

    @Test
    void cutConnectionsLoseNothingAcknowledgedAndRepeatNothing() throws Exception {
        try (TestClient client = client("s", "a/#")) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger published = new AtomicInteger();
            Thread publisher = Thread.ofPlatform().start(() -> published.set(publishUntil(stop, 200)));
            for (int cut = 0; cut < CUTS; cut++) {
                int before = client.received().deliveries().size();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> client.received().deliveries().size() > before + 20);
                server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'signalbox' AND pid <> pg_backend_pid()");
            }
            stop.set(true);
            publisher.join();
            client.received().awaitCount(4 * published.get());
            client.fence();
            assertThat(client.received().payloads()).doesNotHaveDuplicates();
            assertOrderedAndComplete(client.received().deliveries(), published.get());
        }
    }

    @Test
    void aSecondNodeIsToldOfNewMessagesAndTakesSessionsOver() throws Exception {
        try (JdbcTransport other = open();
                TestClient there = client(other, "there", "a")) {
            TestClient.get(
                    transport.publish(Message.to(Topic.ofMqtt("a")).payload("x").build()), PATIENCE);
            there.received().awaitPayloads("x");
            // Until its settlement is written it would be the next owner's, as redelivered.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> server.psql("SELECT COUNT(*) FROM " + schema + ".sb_delivery")
                            .equals("0"));
            TestClient here = TestClient.open(
                    transport, SessionOptions.durableSession("there"), SettleBehaviour.ACCEPT, PATIENCE);
            there.received().awaitDetached(DetachReason.TAKEN_OVER);
            TestClient.get(
                    other.publish(Message.to(Topic.ofMqtt("a")).payload("y").build()), PATIENCE);
            here.received().awaitPayloads("y");
            here.close();
        }
    }

    @Test
    void twoNodesShareAGroupAndNoMessageIsHandledTwice() {
        try (JdbcTransport other = open()) {
            TestClient one = group(transport, "one");
            TestClient two = group(other, "two");
            PublishRecorder answers = new PublishRecorder(PATIENCE);
            for (int i = 0; i < 500; i++) {
                transport.publish(Message.to(Topic.ofMqtt("a")).payload("m" + i).build(), answers, i);
            }
            answers.awaitAnswers(500);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> one.received().deliveries().size()
                                    + two.received().deliveries().size()
                            >= 500);
            List<String> all = new ArrayList<>(one.received().payloads());
            all.addAll(two.received().payloads());
            assertThat(all)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
            one.close();
            two.close();
        }
    }

    private static TestClient group(JdbcTransport on, String name) {
        return TestClient.open(on, SessionOptions.durableSession(name), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe(FilterSpec.of(TopicFilter.ofMqtt("a"), Guarantee.AT_LEAST_ONCE)
                        .withShareGroup("g"));
    }

    @Test
    void aMessageWrittenWithPsqlIsDelivered() throws Exception {
        try (TestClient client = client("s", "orders/#")) {
            server.psql("SELECT " + schema
                    + ".sb_publish('orders/1', 'by hand', '{\"sb-id\":\"id-1\",\"colour\":\"red\"}')");
            Message message =
                    client.received().awaitPayloads("by hand").getFirst().message();
            assertThat(message.properties().id()).isEqualTo("id-1");
            assertThat(message.properties().headers()).isEqualTo(Headers.of("colour", "red"));
        }
    }

    @Test
    void aPublishedMessageIsReadWithPsql() throws Exception {
        TestClient.get(
                transport.publish(Message.to(Topic.ofMqtt("orders/1"))
                        .payload("hello")
                        .properties(MessageProperties.builder()
                                .id("id-1")
                                .from("shop")
                                .build())
                        .build()),
                PATIENCE);
        assertThat(server.psql("SELECT topic, sender, fields::json->>'sb-id', convert_from(payload, 'UTF8') FROM "
                        + schema + ".sb_message"))
                .isEqualTo("orders/1|shop|id-1|hello");
    }

    @Test
    void aRowThatIsNoMessageGoesToTheDeadLettersAndHoldsUpNobody() throws Exception {
        try (TestClient client = client("s", "a")) {
            server.psql("SELECT " + schema + ".sb_publish('a', 'odd', '{\"sb-timestamp\":\"when?\"}')");
            TestClient.get(
                    transport.publish(
                            Message.to(Topic.ofMqtt("a")).payload("good").build()),
                    PATIENCE);
            client.received().awaitPayloads("good");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> server.psql(
                                    "SELECT reason, convert_from(payload, 'UTF8') FROM " + schema + ".sb_dead_letter")
                            .equals("malformed|odd"));
        }
    }

    @Test
    void theDatabaseFiltersByAddress() {
        try (TestClient client = client("s", "a")) {
            TestClient.get(transport.filterByAddress("s", AddressFilter.onlyTo("billing")), PATIENCE);
            for (String to : new String[] {"shipping", "billing", "billing2"}) {
                TestClient.get(
                        transport.publish(Message.to(Topic.ofMqtt("a"))
                                .payload("to " + to)
                                .properties(MessageProperties.builder().to(to).build())
                                .build()),
                        PATIENCE);
            }
            TestClient.get(
                    transport.publish(
                            Message.to(Topic.ofMqtt("a")).payload("to all").build()),
                    PATIENCE);
            client.received().awaitPayloads("to billing");
            TestClient.get(
                    transport.filterByAddress(
                            "s",
                            new AddressFilter(true, new AddressFilter.Who("bill*"), new AddressFilter.Who("sh*p"))),
                    PATIENCE);
            for (String from : new String[] {"shop", "shops", "ship"}) {
                TestClient.get(
                        transport.publish(Message.to(Topic.ofMqtt("a"))
                                .payload("from " + from)
                                .properties(MessageProperties.builder()
                                        .to("billing2")
                                        .from(from)
                                        .build())
                                .build()),
                        PATIENCE);
            }
            client.received().awaitPayloads("to billing", "from shop", "from ship");
        }
    }
}
