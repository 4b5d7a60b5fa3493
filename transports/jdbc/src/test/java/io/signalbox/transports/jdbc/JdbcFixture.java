package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A schema of its own in a database that is there, with a clock that the test moves. Schemas are emptied and used again:
 * to make the tables takes longer than most tests.
 */
final class JdbcFixture implements TransportFixture {
    /** In an order that their references allow. */
    private static final List<String> TABLES = List.of(
            "sb_delivery", "sb_message", "sb_subscription", "sb_session", "sb_instance", "sb_seen", "sb_dead_letter");

    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final Map<String, Deque<String>> EMPTY = new ConcurrentHashMap<>();

    final ManualTimeSource time = new ManualTimeSource();
    private final Deque<String> empty;
    private final JdbcConfig config;

    /** @param url for H2 with the settings of names that the transport adds to it */
    JdbcFixture(String url) {
        empty = EMPTY.computeIfAbsent(url, any -> new ConcurrentLinkedDeque<>());
        String schema = empty.poll();
        config = JdbcConfig.of(url)
                .withUser("test", "")
                .withSchema(schema == null ? "tck_" + SCHEMAS.incrementAndGet() : schema)
                .withPollInterval(Duration.ofMillis(20));
    }

    /** The database's clock, moved by the test. */
    static ServerClock clock(TimeSource time) {
        return dialect -> String.valueOf(time.millis());
    }

    @Override
    public JdbcTransport open() {
        return JdbcTransport.open(config, time, clock(time));
    }

    @Override
    public boolean crash(Transport transport) {
        ((JdbcTransport) transport).halt();
        return true;
    }

    @Override
    public void advance(Duration step) {
        time.advance(step);
    }

    @Override
    public List<Message> deadLetters(Transport transport) {
        return ((JdbcTransport) transport).deadLetters(1_000);
    }

    @Override
    public void close() throws SQLException {
        try (Connection connection = DriverManager.getConnection(config.url(), "test", "");
                Statement delete = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : TABLES) {
                delete.executeUpdate("DELETE FROM " + config.schema() + "." + table);
            }
            connection.commit();
        }
        empty.add(config.schema());
    }
}
