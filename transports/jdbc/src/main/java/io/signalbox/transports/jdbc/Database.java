package io.signalbox.transports.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.DriverDataSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transports.connection.Breaker;
import io.signalbox.transports.connection.ResponseTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.flywaydb.core.Flyway;

/** The pool, the tables, and how the database is. Thread safe. */
final class Database implements AutoCloseable {
    private static final long CONNECT_MILLIS = 2_000;
    private static final String LOGIN_SECONDS = "5";

    /** A migration may have to work for long; a server that was frozen in its middle must not be waited for without end. */
    private static final String MIGRATE_SECONDS = "300";

    /** Another node that migrates is given so long, at one attempt a second; then this one fails and tries anew. */
    private static final int MIGRATE_ATTEMPTS = 10;

    /** While the database is away only one in so long waits for it to answer; the others are told at once. */
    private static final long AWAY_NANOS = 100_000_000;

    /**
     * What a node that vanished has locked must not stay locked until TCP notices. And a plan that was made while the
     * tables were small must not be kept: queues grow by thousands of pages before anybody analyses them. No plan here
     * runs for so long that compiling it pays.
     */
    private static final String POSTGRESQL_SESSION = "SET idle_in_transaction_session_timeout = '30s';"
            + " SET plan_cache_mode = force_custom_plan; SET jit = off";

    private final PatientDataSource connections;
    private final HikariDataSource pool;
    private final Dialect dialect;
    private final ServerClock clock;
    private final String schema;
    private final Breaker breaker;
    private final ResponseTimes responseTimes = new ResponseTimes();
    private volatile String trouble = "";
    private volatile long askAgainNanos = System.nanoTime();
    private volatile Durability durability = Durability.NONE;

    /** Work inside of one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** @throws RuntimeException if the database cannot be reached or migrated */
    Database(JdbcConfig config, Breaker breaker, ServerClock clock) {
        this.breaker = breaker;
        this.clock = clock;
        dialect = Dialect.of(config.url());
        schema = config.schema();
        migrate(config);
        Properties properties = bounds("30");
        if (dialect == Dialect.POSTGRESQL) {
            properties.setProperty("reWriteBatchedInserts", "true");
        }
        connections = new PatientDataSource(
                new DriverDataSource(url(config), null, properties, config.user(), config.password()));
        pool = new HikariDataSource(pool(config, connections));
        try {
            transaction(this::askDurability);
        } catch (SQLException e) {
            close();
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private HikariConfig pool(JdbcConfig config, PatientDataSource connections) {
        HikariConfig hikari = new HikariConfig();
        hikari.setPoolName("signalbox-jdbc");
        hikari.setDataSource(connections);
        hikari.setMaximumPoolSize(config.connectionsMax());
        hikari.setMinimumIdle(1);
        hikari.setAutoCommit(false);
        hikari.setConnectionTimeout(CONNECT_MILLIS);
        if (dialect == Dialect.POSTGRESQL) {
            hikari.setConnectionInitSql(POSTGRESQL_SESSION);
            // Committed: otherwise they, and the schema, are gone with the first transaction if it is rolled back.
            hikari.setIsolateInternalQueries(true);
        }
        hikari.setSchema(config.schema());
        return hikari;
    }

    /** H2 is told to write at each commit, and to leave names as they are, unless the address says otherwise. */
    private String url(JdbcConfig config) {
        String url = config.url();
        if (dialect == Dialect.H2) {
            url = unless("DATABASE_TO_UPPER", url, ";DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
            url = unless("WRITE_DELAY", url, ";WRITE_DELAY=0");
            url = unless("LOCK_TIMEOUT", url, ";LOCK_TIMEOUT=5000");
        }
        return url;
    }

    private static String unless(String setting, String url, String more) {
        return url.toUpperCase(Locale.ROOT).contains(";" + setting + "=") ? url : url + more;
    }

    /** @param answerSeconds the longest that the server may be silent */
    private Properties bounds(String answerSeconds) {
        Properties properties = new Properties();
        if (dialect == Dialect.POSTGRESQL) {
            properties.setProperty("ApplicationName", "signalbox");
            properties.setProperty("connectTimeout", LOGIN_SECONDS);
            properties.setProperty("loginTimeout", LOGIN_SECONDS);
            properties.setProperty("socketTimeout", answerSeconds);
            properties.setProperty("tcpKeepAlive", "true");
        }
        return properties;
    }

    private void migrate(JdbcConfig config) {
        Flyway.configure()
                .dataSource(new DriverDataSource(
                        url(config), null, bounds(MIGRATE_SECONDS), config.user(), config.password()))
                .initSql(dialect == Dialect.POSTGRESQL ? "SET lock_timeout = '10s'" : null)
                .lockRetryCount(MIGRATE_ATTEMPTS)
                .schemas(config.schema())
                .locations("classpath:io/signalbox/transports/jdbc/" + dialect.folder())
                .load()
                .migrate();
    }

    String schema() {
        return schema;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Epoch milliseconds by the clock of all nodes, as an SQL expression. */
    String now() {
        return clock.nowMillis(dialect);
    }

    /** What a commit was worth when the server was last asked. */
    Durability durability() {
        return durability;
    }

    void durability(Durability now) {
        durability = now;
    }

    /** The server's settings may change at any time. */
    Durability askDurability(Connection connection) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("SELECT " + dialect.durability());
                ResultSet row = ask.executeQuery()) {
            row.next();
            durability = Durability.valueOf(row.getString(1));
            return durability;
        }
    }

    /** One transaction: committed if the work returns, rolled back if it throws. */
    <T> T transaction(Work<T> work) throws SQLException {
        long began = System.nanoTime();
        if (!trouble.isEmpty() && began - askAgainNanos < 0) {
            throw new SQLTransientConnectionException("a moment ago: " + trouble, "08001");
        }
        try (Connection connection = pool.getConnection()) {
            T result;
            try {
                result = work.run(connection);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            }
            responseTimes.record(System.nanoTime() - began);
            if (!trouble.isEmpty()) {
                trouble = "";
                breaker.reset();
            }
            return result;
        } catch (SQLException e) {
            if (isOutage(e)) {
                trouble = Objects.requireNonNullElse(
                        connections.trouble(), Objects.toString(e.getMessage(), e.toString()));
                askAgainNanos = System.nanoTime() + AWAY_NANOS;
                breaker.failed(e);
            }
            throw e;
        }
    }

    private static void rollback(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** A connection of one's own, for as long as one wants; closing it gives it back. */
    Connection connection() throws SQLException {
        return pool.getConnection();
    }

    /** The database cannot be reached, or is going away: the same again may succeed later. */
    static boolean isOutage(SQLException e) {
        String state = Objects.toString(e.getSQLState(), "");
        return e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("90067") // H2: the connection is broken
                || state.startsWith("90098") // H2: the database was closed
                || state.startsWith("90121");
    }

    /** Two transactions were in each other's way: the same again will do. */
    static boolean isConflict(SQLException e) {
        String state = Objects.toString(e.getSQLState(), "");
        return state.startsWith("40")
                || state.startsWith("23505")
                || state.equals("23503")
                || state.equals("HYT00")
                || state.equals("90131");
    }

    Health health() {
        if (trouble.isEmpty()) {
            return new Health(Health.Status.UP, responseTimes.take().toString());
        }
        return new Health(
                breaker.isOpen() ? Health.Status.DOWN : Health.Status.DEGRADED,
                "the database does not answer: " + trouble);
    }

    @Override
    public void close() {
        connections.close();
        pool.close();
    }
}
