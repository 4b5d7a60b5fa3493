package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.time.TimeSource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A long queue is never read whole, whatever PostgreSQL's statistics say of it: none yet, those of an empty queue, or
 * the right ones.
 */
class PlanTest {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final int BATCH = 500;

    private final String schema = "plan_" + SCHEMAS.incrementAndGet();

    @SuppressWarnings("NullAway.Init") // before each
    private Connection connection;

    @BeforeEach
    void makeTables() throws Exception {
        PostgresServer server = PostgresServer.shared();
        JdbcTransport.open(JdbcConfig.of(server.url()).withUser("test", "").withSchema(schema), TimeSource.monotonic())
                .close();
        connection = DriverManager.getConnection(server.url(), "test", "");
        run("SET search_path TO " + schema);
        run("ALTER TABLE sb_delivery SET (autovacuum_enabled = off)");
        run("ALTER TABLE sb_message SET (autovacuum_enabled = off)");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void fill() throws SQLException {
        run("INSERT INTO sb_message (seq, time_millis, topic, qos, priority, size, fields, payload)"
                + " SELECT g, g, 'a', 1, 4, 9, '{}', '\\x00' FROM generate_series(1, 20000) g");
        run("INSERT INTO sb_delivery (queue, seq, qos, priority, not_before, size)"
                + " SELECT 's:x', g, 1, 4, 0, 9 FROM generate_series(1, 20000) g");
    }

    private void analyze(String when) throws SQLException {
        if (when.equals("empty")) {
            run("VACUUM ANALYZE sb_delivery");
            run("VACUUM ANALYZE sb_message");
        }
        fill();
        if (when.equals("full")) {
            run("ANALYZE");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "empty", "full"})
    void aLookIsAtTheFrontOfTheQueueAlone(String analyzed) throws SQLException {
        analyze(analyzed);
        String plan = planOfLook(false);
        assertThat(plan).contains("Index Scan using sb_delivery_next");
        assertThat(rowsRead(plan)).isEqualTo(BATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "empty", "full"})
    void aLookForWhatNeedsNoCreditReadsNothingElse(String analyzed) throws SQLException {
        analyze(analyzed);
        assertThat(rowsRead(planOfLook(true))).isZero();
    }

    private String planOfLook(boolean lightOnly) throws SQLException {
        try (PreparedStatement look =
                explain(QueueLook.text("(SELECT " + Dialect.POSTGRESQL.nowMillis() + ")", lightOnly))) {
            look.setString(1, "s:x");
            look.setArray(2, sequences());
            look.setInt(3, BATCH);
            return plan(look);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "empty", "full"})
    void whatIsSettledIsFoundByItsKeys(String analyzed) throws SQLException {
        analyze(analyzed);
        try (PreparedStatement delete = explain(QueueRows.DELETE)) {
            delete.setString(1, "s:x");
            delete.setLong(2, 1);
            delete.setLong(3, BATCH);
            delete.setArray(4, sequences());
            assertThat(rowsRead(plan(delete))).isLessThanOrEqualTo(BATCH);
        }
    }

    private Array sequences() throws SQLException {
        return connection.createArrayOf(
                "bigint", LongStream.rangeClosed(1, BATCH).boxed().toArray());
    }

    private PreparedStatement explain(String sql) throws SQLException {
        connection.setAutoCommit(false);
        Dialect.POSTGRESQL.goesByIndex(connection, true);
        return connection.prepareStatement("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) " + sql);
    }

    private static String plan(PreparedStatement explained) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (ResultSet row = explained.executeQuery()) {
            while (row.next()) {
                plan.append(row.getString(1)).append('\n');
            }
        }
        return plan.toString();
    }

    /** The most that any step looked at: each time it ran, or thrown away by a filter. */
    private static long rowsRead(String plan) {
        return Pattern.compile("(?:Scan using .*actual rows=|Removed by Filter: )(\\d+)")
                .matcher(plan)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElseThrow();
    }
}
