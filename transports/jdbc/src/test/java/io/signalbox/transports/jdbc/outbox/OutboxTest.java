package io.signalbox.transports.jdbc.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.jdbc.JdbcConfig;
import io.signalbox.transports.jdbc.JdbcTransport;
import io.signalbox.transports.jdbc.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that belong to a transaction, on a real PostgreSQL. */
class OutboxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SCHEMA = "outbox_test";

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    @SuppressWarnings("NullAway.Init") // before all
    private static JdbcTransport transport;

    @SuppressWarnings("NullAway.Init") // before all
    private static HikariDataSource dataSource;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
        transport = JdbcTransport.open(
                JdbcConfig.of(server.url()).withUser("test", "").withSchema(SCHEMA), TimeSource.monotonic());
        dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(server.url());
        dataSource.setUsername("test");
    }

    @AfterAll
    static void stop() throws Exception {
        dataSource.close();
        transport.close();
    }

    @BeforeEach
    void empty() throws Exception {
        server.psql("TRUNCATE " + SCHEMA + ".outbox, " + SCHEMA + ".outbox_blocked, " + SCHEMA + ".inbox");
    }

    private static OutboxEvent event(String aggregate, String payload) {
        return new OutboxEvent(
                UUID.randomUUID(), "Order", aggregate, "OrderPlaced", payload.getBytes(StandardCharsets.UTF_8));
    }

    private static void inTransaction(boolean commit, OutboxEvent... events) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            for (OutboxEvent event : events) {
                new Outbox(SCHEMA).append(connection, event);
            }
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
        }
    }

    private static OutboxRelay relay(int batchMax) {
        return new OutboxRelay(dataSource, SCHEMA, transport, OutboxMapping.BY_AGGREGATE, batchMax);
    }

    private static TestClient client(String name) {
        return TestClient.open(transport, SessionOptions.durableSession(name), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("Order/#");
    }

    @Test
    void whatCommitsIsPublishedInOrderAndWhatDoesNotIsNot() throws Exception {
        try (TestClient client = client("order")) {
            inTransaction(true, event("1", "a"), event("1", "b"));
            inTransaction(false, event("1", "never"));
            inTransaction(true, event("1", "c"));
            assertThat(relay(2).run()).isEqualTo(2);
            assertThat(relay(2).run()).isEqualTo(1);
            assertThat(relay(2).run()).isZero();
            client.received().awaitPayloads("a", "b", "c");
            Message first = client.received().deliveries().getFirst().message();
            assertThat(first.topic().text()).isEqualTo("Order/OrderPlaced");
            assertThat(first.properties().orderingKey()).isEqualTo("1");
            assertThat(first.properties().id()).isNotNull();
            assertThat(server.psql("SELECT count(*) FROM " + SCHEMA + ".outbox"))
                    .isEqualTo("0");
        }
    }

    @Test
    void whatIsRefusedHoldsUpItsAggregateAndNoOther() throws Exception {
        try (TestClient client = client("refused")) {
            inTransaction(true, event("1", "a"), event("1", "b"), event("2", "x"), event("1", "c"), event("2", "y"));
            PickyTransport picky = new PickyTransport(transport);
            picky.refused.add("b");
            OutboxRelay relay = new OutboxRelay(dataSource, SCHEMA, picky, OutboxMapping.BY_AGGREGATE, 10);
            assertThat(relay.run()).isEqualTo(3);
            assertThat(relay.run()).isZero();
            client.received().awaitCount(3);
            assertThat(client.received().payloads()).containsExactlyInAnyOrder("a", "x", "y");
            picky.refused.clear();
            Awaitility.await().atMost(PATIENCE).until(() -> relay.run() == 2);
            assertThat(client.received().awaitCount(5).subList(3, 5))
                    .extracting(Delivery::payload)
                    .containsExactly("b", "c");
        }
    }

    @Test
    void whatCannotBeMappedDoesNotMakeTheOthersComeAgain() throws Exception {
        try (TestClient client = client("unmapped")) {
            inTransaction(true, event("1", "a"), event("2", "odd"), event("1", "b"));
            OutboxMapping mapping = event -> {
                if (new String(event.payload(), StandardCharsets.UTF_8).equals("odd")) {
                    throw new IllegalStateException("on purpose");
                }
                return OutboxMapping.BY_AGGREGATE.map(event);
            };
            OutboxRelay relay = new OutboxRelay(dataSource, SCHEMA, transport, mapping, 10);
            assertThat(relay.run()).isEqualTo(2);
            assertThat(relay.run()).isZero();
            client.fence();
            assertThat(client.received().payloads()).containsExactly("a", "b");
            assertThat(server.psql("SELECT count(*) FROM " + SCHEMA + ".outbox"))
                    .isEqualTo("1");
        }
    }

    @Test
    void twoRelaysPublishEachEventOnceAndInOrder() throws Exception {
        try (TestClient client = client("two")) {
            for (int i = 0; i < 50; i++) {
                inTransaction(true, event("1", "m" + i));
            }
            CompletableFuture<?>[] relays = new CompletableFuture<?>[2];
            for (int r = 0; r < 2; r++) {
                relays[r] = CompletableFuture.runAsync(() -> {
                    try {
                        while (relay(7).run() > 0) {
                            continue;
                        }
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            CompletableFuture.allOf(relays).join();
            client.received()
                    .awaitPayloads(IntStream.range(0, 50).mapToObj(i -> "m" + i).toList());
        }
    }

    @Test
    void aRowWrittenWithPsqlIsPublishedAndTheColumnsAreDebeziums() throws Exception {
        try (TestClient client = client("psql")) {
            server.psql("INSERT INTO " + SCHEMA + ".outbox (id, aggregatetype, aggregateid, type, payload)"
                    + " VALUES (gen_random_uuid(), 'Order', '7', 'OrderPlaced', 'by hand')");
            assertThat(relay(10).run()).isEqualTo(1);
            client.received().awaitPayloads("by hand");
        }
    }

    @Test
    void theInboxHandlesAMessageOnceForEachConsumer() throws Exception {
        Inbox billing = new Inbox(SCHEMA, "billing");
        assertThat(handle(billing, "id-1", true)).isTrue();
        assertThat(handle(billing, "id-1", true)).isFalse();
        assertThat(handle(new Inbox(SCHEMA, "shipping"), "id-1", true)).isTrue();
        assertThat(handle(billing, "id-2", false)).isTrue();
        assertThat(handle(billing, "id-2", true))
                .as("what was rolled back was not handled")
                .isTrue();
        try (Connection connection = dataSource.getConnection()) {
            assertThat(billing.forget(connection, 10_000, Duration.ofSeconds(5)))
                    .isEqualTo(2);
        }
        assertThat(handle(billing, "id-1", true)).isTrue();
    }

    private static boolean handle(Inbox inbox, String id, boolean commit) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            boolean first = inbox.first(connection, id, 1_000);
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
            return first;
        }
    }

    @Test
    void twoTransactionsWithTheSameMessageWaitForEachOther() throws Exception {
        Inbox inbox = new Inbox(SCHEMA, "billing");
        try (Connection one = dataSource.getConnection()) {
            one.setAutoCommit(false);
            assertThat(inbox.first(one, "id-1", 1_000)).isTrue();
            CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
                try {
                    return handle(inbox, "id-1", true);
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> server.psql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                            .equals("1"));
            one.commit();
            assertThat(second.join()).isFalse();
        }
    }
}
