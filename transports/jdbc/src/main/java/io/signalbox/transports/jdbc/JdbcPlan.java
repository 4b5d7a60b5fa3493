package io.signalbox.transports.jdbc;

import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.connection.AwaitedTransport;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** A configured database that is not open. */
record JdbcPlan(JdbcConfig config, Dialect dialect) implements TransportPlan {
    private static final int PAYLOAD_BYTES_MAX = 16 << 20;

    /** @throws IllegalArgumentException for another database */
    JdbcPlan(JdbcConfig config) {
        this(config, Dialect.of(config.url()));
    }

    /** Without parameters and user: those may have a password. */
    @Override
    public String endpoint() {
        return config.url().replaceAll("[?;].*", "").replaceAll("//[^/@]*@", "//");
    }

    @Override
    public ServerAnswer probe(Duration timeout) throws SQLException {
        loadDriver();
        Properties properties = new Properties();
        if (config.user() != null) {
            properties.put("user", config.user());
            properties.put("password", config.password() == null ? "" : config.password());
        }
        if (dialect == Dialect.POSTGRESQL) {
            String seconds = String.valueOf(Math.max(1, timeout.toSeconds()));
            for (String limit : new String[] {"loginTimeout", "connectTimeout", "socketTimeout"}) {
                properties.put(limit, seconds);
            }
        }
        long began = System.nanoTime();
        try (Connection connection = DriverManager.getConnection(config.url(), properties)) {
            DatabaseMetaData server = connection.getMetaData();
            return new ServerAnswer(
                    server.getDatabaseProductName() + " " + server.getDatabaseProductVersion(),
                    Duration.ofNanos(System.nanoTime() - began));
        }
    }

    /** Drivers that are not on the class path of the process are not found otherwise. */
    private void loadDriver() {
        try {
            Class.forName(dialect == Dialect.POSTGRESQL ? "org.postgresql.Driver" : "org.h2.Driver");
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("the driver of " + endpoint() + " is not on the class path: " + e, e);
        }
    }

    /** Those of {@link JdbcTransport}, as its test says. */
    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        return Promise.of(
                Capabilities.of(
                        dialect.durability(),
                        PAYLOAD_BYTES_MAX,
                        Feature.SUBSCRIBE,
                        Feature.DURABLE_SESSIONS,
                        Feature.WILDCARDS,
                        Feature.SHARE_GROUPS,
                        Feature.ORDERED,
                        Feature.REPLAY,
                        Feature.EXPIRY,
                        Feature.PRIORITY,
                        Feature.DELAYED_REDELIVERY,
                        Feature.DEAD_LETTERS,
                        Feature.DEDUPLICATION,
                        Feature.REQUEST_REPLY),
                JdbcGuarantees.of(config, dialect.durability()),
                true);
    }

    @Override
    public Transport open(Surroundings surroundings) {
        loadDriver();
        if (surroundings.whenAbsent() == WhenAbsent.FAIL) {
            return JdbcTransport.open(config, surroundings.time());
        }
        return AwaitedTransport.open(
                "the database " + endpoint(),
                promise(Map.of(), Duration.ZERO).capabilities(),
                () -> JdbcTransport.open(config, surroundings.time()));
    }
}
