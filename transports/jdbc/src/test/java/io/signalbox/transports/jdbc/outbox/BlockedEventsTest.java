package io.signalbox.transports.jdbc.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import io.signalbox.transports.jdbc.JdbcConfig;
import io.signalbox.transports.jdbc.JdbcTransport;
import io.signalbox.transports.jdbc.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that cannot be published, and what becomes of the others. */
class BlockedEventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final String SCHEMA = "blocked";
    private static final String H2 =
            "jdbc:h2:mem:blocked" + System.nanoTime() + ";DB_CLOSE_DELAY=-1;DATABASE_TO_UPPER=FALSE";
    private static final Map<String, Opened> OPENED = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    @SuppressWarnings("NullAway.Init") // by each test
    private JdbcTransport transport;

    @SuppressWarnings("NullAway.Init") // by each test
    private HikariDataSource dataSource;

    private @Nullable TestClient client;

    private record Opened(JdbcTransport transport, HikariDataSource dataSource) {}

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    static Stream<String> databases() {
        return Stream.of(server.url(), H2);
    }

    private void open(String url) throws SQLException {
        Opened one = OPENED.computeIfAbsent(url, BlockedEventsTest::opened);
        transport = one.transport();
        dataSource = one.dataSource();
        for (String table : List.of("outbox", "outbox_blocked")) {
            sql("DELETE FROM " + SCHEMA + "." + table);
        }
    }

    private static Opened opened(String url) {
        JdbcTransport transport =
                JdbcTransport.open(JdbcConfig.of(url).withUser("test", "").withSchema(SCHEMA), TimeSource.monotonic());
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(url);
        dataSource.setUsername("test");
        return new Opened(transport, dataSource);
    }

    @AfterEach
    void remove() {
        if (client != null) {
            TestClient.get(client.session().remove(), PATIENCE);
            client.close();
        }
    }

    @AfterAll
    static void close() {
        OPENED.values().forEach(one -> {
            one.dataSource().close();
            one.transport().close();
        });
    }

    private static OutboxEvent event(String aggregate, String type, String payload) {
        return new OutboxEvent(UUID.randomUUID(), "Order", aggregate, type, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** A topic must not have a plus in it. */
    private static OutboxEvent odd(String aggregate, String payload) {
        return event(aggregate, "Placed+Paid", payload);
    }

    private static OutboxEvent good(String aggregate, String payload) {
        return event(aggregate, "Placed", payload);
    }

    private void append(OutboxEvent... events) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            for (OutboxEvent event : events) {
                new Outbox(SCHEMA).append(connection, event);
            }
        }
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private OutboxRelay relay(OutboxMapping mapping, int batchMax) {
        return relay(transport, mapping, batchMax);
    }

    private OutboxRelay relay(Transport to, OutboxMapping mapping, int batchMax) {
        return relay(to, mapping, batchMax, PATIENCE);
    }

    private OutboxRelay relay(Transport to, OutboxMapping mapping, int batchMax, Duration answerWithin) {
        return new OutboxRelay(dataSource, SCHEMA, to, mapping, batchMax, answerWithin, FIRST_DELAY);
    }

    private TestClient client() {
        TestClient one = TestClient.open(
                        transport, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("Order/#");
        client = one;
        return one;
    }

    @ParameterizedTest
    @MethodSource("databases")
    void theRowsOfBlockedAggregatesStopNoOtherHoweverManyThereAre(String url) throws Exception {
        open(url);
        append(odd("1", "a1"), good("1", "a2"), good("1", "a3"), good("1", "a4"), odd("2", "b1"), odd("3", "c1"));
        append(odd("4", "d1"), good("5", "x"), good("6", "y"), good("5", "z"));
        OutboxRelay relay = relay(OutboxMapping.BY_AGGREGATE, 2);
        TestClient client = client();
        int published = 0;
        for (int now = relay.run(); now > 0; now = relay.run()) {
            published += now;
        }
        assertThat(published).isEqualTo(3);
        client.received().awaitPayloads("x", "y", "z");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aRowThatCannotBePublishedIsSeenWithItsReasonAndCounted(String url) throws Exception {
        open(url);
        OutboxEvent unmappable = odd("1", "a1");
        append(unmappable, good("1", "a2"), good("2", "x"));
        OutboxRelay relay = relay(OutboxMapping.BY_AGGREGATE, 10);
        assertThat(relay.run()).isEqualTo(1);
        assertThat(relay.blockedCount()).isEqualTo(1);
        BlockedEvent blocked = relay.blocked(10).getFirst();
        assertThat(blocked.id()).isEqualTo(unmappable.id());
        assertThat(blocked.attempts()).isEqualTo(1);
        assertThat(blocked.reason()).startsWith("topic-invalid: ");
        Awaitility.await().atMost(PATIENCE).until(() -> {
            relay.run();
            return relay.blocked(10).getFirst().attempts() == 2;
        });
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aRowThatIsMendedGoesWithThoseBehindItAndIsBlockedNoMore(String url) throws Exception {
        open(url);
        OutboxEvent unmappable = odd("1", "a1");
        append(unmappable, good("1", "a2"));
        OutboxRelay relay = relay(OutboxMapping.BY_AGGREGATE, 10);
        TestClient client = client();
        assertThat(relay.run()).isZero();
        sql("UPDATE " + SCHEMA + ".outbox SET type = 'Mended' WHERE id = '" + unmappable.id() + "'");
        Awaitility.await().atMost(PATIENCE).until(() -> relay.run() == 2);
        client.received().awaitPayloads("a1", "a2");
        assertThat(relay.blockedCount()).isZero();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aRowThatSomebodyDeletesHoldsBackNobodyAndIsCountedNoMore(String url) throws Exception {
        open(url);
        append(odd("1", "a1"), good("1", "a2"));
        OutboxRelay relay = relay(OutboxMapping.BY_AGGREGATE, 10);
        assertThat(relay.run()).isZero();
        sql("DELETE FROM " + SCHEMA + ".outbox WHERE type = 'Placed+Paid'");
        assertThat(relay.blockedCount()).isZero();
        Awaitility.await().atMost(PATIENCE).until(() -> relay.run() == 1);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void anAggregateIsLeftAloneForLongerWithEachAttempt(String url) throws Exception {
        open(url);
        append(good("1", "a1"));
        OutboxMapping never = event -> {
            throw new IllegalStateException("on purpose\0");
        };
        OutboxRelay relay = relay(never, 10);
        assertThat(relay.run()).isZero();
        assertThat(relay.blocked(10).getFirst().attempts()).isEqualTo(1);
        long secondTry = nextTryMillis();
        Awaitility.await().atMost(PATIENCE).until(() -> {
            relay.run();
            return relay.blocked(10).getFirst().attempts() == 2;
        });
        assertThat(nextTryMillis()).isGreaterThanOrEqualTo(secondTry + 2 * FIRST_DELAY.toMillis());
        assertThat(relay.blocked(10).getFirst().reason()).contains("on purpose");
    }

    private long nextTryMillis() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT next_try_millis FROM " + SCHEMA + ".outbox_blocked")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void allOfAWaveHaveTheSameTimeToBeAnsweredIn() throws Exception {
        open(H2);
        for (int i = 0; i < 300; i++) {
            append(good("aggregate " + i, "m" + i));
        }
        PickyTransport silent = new PickyTransport(transport);
        silent.answersNothing = true;
        OutboxRelay relay = relay(silent, OutboxMapping.BY_AGGREGATE, 1_000, Duration.ofSeconds(2));
        // One after the other they would take ten minutes.
        CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> {
            try {
                return relay.run();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isZero();
        assertThat(relay.blockedCount()).isEqualTo(300);
        silent.answersNothing = false;
        AtomicInteger published = new AtomicInteger();
        Awaitility.await().atMost(PATIENCE).until(() -> published.addAndGet(relay.run()) == 300);
        assertThat(relay.blockedCount()).isZero();
    }

    @Test
    void aTransportThatTakesNothingIsNotAskedForAllThatThereIs() throws Exception {
        open(H2);
        AtomicInteger asked = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            append(good("aggregate " + i, "m" + i));
        }
        OutboxMapping counting = event -> {
            asked.incrementAndGet();
            return OutboxMapping.BY_AGGREGATE.map(event);
        };
        PickyTransport picky = new PickyTransport(transport);
        for (int i = 0; i < 20; i++) {
            picky.refused.add("m" + i);
        }
        OutboxRelay relay = relay(picky, counting, 5);
        assertThat(relay.run()).isZero();
        assertThat(asked.get()).isEqualTo(5);
    }

    @Test
    void theOrderOfAnAggregateIsKeptThroughRefusals() throws Exception {
        open(H2);
        TestClient client = client();
        PickyTransport picky = new PickyTransport(transport);
        OutboxRelay relay = relay(picky, OutboxMapping.BY_AGGREGATE, 4);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            append(good("1", "a" + i));
            expected.add("a" + i);
        }
        picky.refused.add("a3");
        AtomicInteger published = new AtomicInteger();
        Awaitility.await().atMost(PATIENCE).until(() -> {
            int before = published.get();
            int now = relay.run();
            if (now == 0) {
                picky.refused.remove("a" + before);
            }
            return published.addAndGet(now) == 12;
        });
        assertThat(client.received().awaitCount(12))
                .extracting(Delivery::message)
                .extracting(Message::payloadText)
                .containsExactlyElementsOf(expected);
    }
}
