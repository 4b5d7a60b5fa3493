package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.RecordingSubscriber;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.TestLane;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Several nodes on one database: who has a session when nodes die, fall silent, and come back. */
class NodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SILENCE = Duration.ofMillis(1_500);

    /** Longer than a crashed server recovers; the tests of refusals have a short one. */
    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(20);

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    private final String schema = "nodes_" + SCHEMAS.incrementAndGet();
    private final List<JdbcTransport> opened = new ArrayList<>();
    private final JdbcTransport one = open(schema);

    private JdbcTransport open(String inSchema) {
        return open(inSchema, server.url(), PUBLISH_TIMEOUT);
    }

    private JdbcTransport open(String inSchema, String url, Duration publishTimeout) {
        JdbcTransport node = JdbcTransport.open(
                JdbcConfig.of(url)
                        .withUser("test", "")
                        .withSchema(inSchema)
                        .withPublishTimeout(publishTimeout)
                        .withNodeSilence(SILENCE),
                TimeSource.monotonic());
        opened.add(node);
        return node;
    }

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    @AfterEach
    void close() {
        opened.forEach(JdbcTransport::close);
    }

    private static TestClient client(JdbcTransport on, SessionOptions options) {
        return TestClient.open(on, options, SettleBehaviour.ACCEPT, PATIENCE).subscribe("a");
    }

    private static void publish(JdbcTransport on, String payload, Guarantee guarantee) {
        TestClient.get(
                on.publish(Message.to(Topic.ofMqtt("a"))
                        .payload(payload)
                        .guarantee(guarantee)
                        .build()),
                PATIENCE);
    }

    private String sql(String text) throws Exception {
        return server.psql("SET search_path TO " + schema + "; " + text).lines().reduce("", (a, b) -> b);
    }

    @Test
    void aNodeThatWasTakenForDeadHasItsSessionsAgain() throws Exception {
        try (TestClient client = client(one, SessionOptions.durableSession("s").withExpiry(Duration.ofMinutes(1)))) {
            sql("UPDATE sb_session SET owner = NULL, detached_millis = 1, unclean = TRUE, expiry_millis = -1");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> sql("SELECT owner IS NOT NULL AND detached_millis IS NULL FROM sb_session")
                            .equals("t"));
            publish(one, "light", Guarantee.AT_MOST_ONCE);
            client.received().awaitPayloads("light");
        }
    }

    @Test
    void whoeverIsConnectedHearsThatTheSessionIsGone() throws Exception {
        try (TestClient client = client(one, SessionOptions.durableSession("s"))) {
            sql("DELETE FROM sb_session");
            client.received().awaitDetached(DetachReason.REMOVED);
        }
    }

    @Test
    void aHandleWhoseSessionWasTakenOverDoesNotRemoveIt() {
        JdbcTransport two = open(schema);
        TestClient old = client(one, SessionOptions.durableSession("s"));
        TestClient now = client(two, SessionOptions.durableSession("s"));
        // It may not have heard yet.
        TestClient.get(old.session().remove(), PATIENCE);
        publish(one, "x", Guarantee.AT_LEAST_ONCE);
        now.received().awaitPayloads("x");
        old.close();
        now.close();
    }

    @Test
    void sessionsOfOneNameInTwoSchemasHaveNothingToDoWithEachOther() {
        JdbcTransport elsewhere = open(schema + "_b");
        try (TestClient here = client(one, SessionOptions.durableSession("s"));
                TestClient there = client(elsewhere, SessionOptions.durableSession("s"))) {
            publish(one, "here", Guarantee.AT_LEAST_ONCE);
            publish(elsewhere, "there", Guarantee.AT_LEAST_ONCE);
            here.received().awaitPayloads("here");
            there.received().awaitPayloads("there");
            assertThat(here.received().detachReason()).isNull();
        }
    }

    @Test
    void whatAnybodySaysOnTheChannelIsNotBelieved() throws Exception {
        try (TestClient client = client(one, SessionOptions.durableSession("s"))) {
            for (String said :
                    new String[] {"takeover 42 s", "takeover", "takeover x s", "takeover 9999999999999999999 s"}) {
                sql("NOTIFY " + schema + ", '" + said + "'");
            }
            server.psql("SELECT " + schema + ".sb_publish('a', 'by hand')");
            client.received().awaitPayloads("by hand");
            assertThat(client.received().detachReason()).isNull();
        }
    }

    @Test
    void whatADeadNodeHeldOfAGroupGoesToTheOthers() {
        JdbcTransport two = open(schema);
        TestClient dying = group(one, "dying", SettleBehaviour.MANUAL);
        publish(one, "m1", Guarantee.AT_LEAST_ONCE);
        dying.received().awaitPayloads("m1");
        TestClient other = group(two, "other", SettleBehaviour.ACCEPT);
        one.halt();
        assertThat(other.received().awaitPayloads("m1").getFirst().redelivered())
                .isTrue();
        dying.close();
        other.close();
    }

    private static TestClient group(JdbcTransport on, String name, SettleBehaviour behaviour) {
        return TestClient.open(on, SessionOptions.durableSession(name), behaviour, PATIENCE)
                .subscribe(FilterSpec.of(TopicFilter.ofMqtt("a"), Guarantee.AT_LEAST_ONCE)
                        .withShareGroup("g"));
    }

    @Test
    void anOutageLongerThanTheSilenceKillsNobody() throws Exception {
        JdbcTransport two = open(schema);
        SessionOptions brief = SessionOptions.durableSession("here").withExpiry(Duration.ofMillis(100));
        try (TestClient here = client(one, brief);
                TestClient there =
                        client(two, SessionOptions.durableSession("there").withExpiry(Duration.ofMillis(100)))) {
            server.crash();
            await(SILENCE.plusMillis(500));
            server.startAgain();
            assertBothLive(one, here, there);
        }
    }

    /**
     * How soon a node is back must not depend on when its outage began: the pool's own pauses double up to 5 s, and are
     * longest here when the other is back.
     */
    @Test
    @EnabledIfSystemProperty(named = "signalbox.long", matches = "true")
    void aNodeThatWasAwayForLongerIsBackWithTheOther() throws Exception {
        one.close(); // it would see the others fall silent
        SessionOptions brief = SessionOptions.durableSession("here").withExpiry(Duration.ofMillis(100));
        try (TcpProxy toFirst = new TcpProxy(server.port());
                TcpProxy toSecond = new TcpProxy(server.port())) {
            JdbcTransport first = open(schema, server.url(toFirst.port()), PUBLISH_TIMEOUT);
            JdbcTransport second = open(schema, server.url(toSecond.port()), PUBLISH_TIMEOUT);
            sql("DELETE FROM sb_instance WHERE owner <> ALL (ARRAY[" + first.owner() + ", " + second.owner() + "])");
            try (TestClient here = client(first, brief);
                    TestClient there = client(
                            second, SessionOptions.durableSession("there").withExpiry(Duration.ofMillis(100)))) {
                toSecond.refuse(true);
                toSecond.cut();
                await(Duration.ofMillis(1_000));
                toFirst.refuse(true);
                toFirst.cut();
                await(Duration.ofMillis(4_400));
                toFirst.refuse(false);
                toSecond.refuse(false);
                assertBothLive(first, here, there);
            }
        }
    }

    private static void await(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        Awaitility.await().atMost(PATIENCE).until(() -> System.nanoTime() - until > 0);
    }

    private void assertBothLive(JdbcTransport publisher, TestClient... clients) throws Exception {
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            publish(publisher, "probe", Guarantee.AT_LEAST_ONCE);
            return true;
        });
        int beats = Integer.parseInt(sql("SELECT MIN(beats) FROM sb_instance"));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Integer.parseInt(sql("SELECT MIN(beats) FROM sb_instance")) > beats + 6);
        publish(publisher, "after", Guarantee.AT_LEAST_ONCE);
        for (TestClient client : clients) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> client.received().payloads().contains("after"));
            assertThat(client.received().detachReason()).isNull();
        }
    }

    @Test
    void aSessionThatEndedDuringAnOutageIsEndedAfterIt() throws Exception {
        TestClient leaving = group(one, "leaving", SettleBehaviour.MANUAL);
        publish(one, "m1", Guarantee.AT_LEAST_ONCE);
        leaving.received().awaitPayloads("m1");
        TestClient staying = group(one, "staying", SettleBehaviour.ACCEPT);
        server.crash();
        leaving.detach();
        staying.flush();
        server.startAgain();
        staying.received().awaitPayloads("m1");
        leaving.close();
        staying.close();
    }

    @Test
    void nothingPublishedBeforeARefusalIsAcceptedAfterIt() throws Exception {
        AtomicInteger published = new AtomicInteger();
        Map<Long, Integer> publishedAtRefusal = new ConcurrentHashMap<>();
        NavigableSet<Long> accepted = new ConcurrentSkipListSet<>();
        PublishCallback answers = new PublishCallback() {
            @Override
            public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                accepted.add(context);
            }

            @Override
            public void refused(long context, Refusal refusal) {
                publishedAtRefusal.put(context, published.get());
            }
        };
        JdbcTransport hasty = open(schema, server.url(), Duration.ofSeconds(1));
        server.crash();
        boolean up = false;
        while (publishedAtRefusal.isEmpty() || accepted.size() < 100) {
            hasty.publish(Message.to(Topic.ofMqtt("a")).build(), answers, published.get());
            published.incrementAndGet();
            LockSupport.parkNanos(1_000_000);
            if (!up && !publishedAtRefusal.isEmpty()) {
                server.startAgain();
                up = true;
            }
        }
        publishedAtRefusal.forEach((refused, until) -> assertThat(accepted.subSet(refused, Long.valueOf(until)))
                .as("published before %s was refused", refused)
                .isEmpty());
    }

    @Test
    void whoAsksDuringAnOutageIsToldInTimeHoweverManyAsk() throws Exception {
        JdbcTransport hasty = open(schema, server.url(), Duration.ofSeconds(1));
        server.crash();
        try (TestLane lane = new TestLane("many")) {
            List<CompletionStage<Session>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                answers.add(hasty.open(
                        SessionOptions.durableSession("s" + i),
                        lane,
                        new RecordingSubscriber(lane, SettleBehaviour.ACCEPT)));
            }
            for (CompletionStage<Session> answer : answers) {
                assertThatThrownBy(() -> TestClient.get(answer, PATIENCE))
                        .isInstanceOfSatisfying(
                                SignalboxException.class,
                                refusal -> assertThat(refusal.reason()).isEqualTo(ReasonCode.BUSY));
            }
        } finally {
            server.startAgain();
        }
    }
}
