package io.signalbox.transports.jdbc;

import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.connection.AwaitedTransport;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A configured database that is not open. What a commit is worth depends on how the server is set up. */
record JdbcPlan(JdbcConfig config, Dialect dialect) implements TransportPlan {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcPlan.class);
    private static final int PAYLOAD_BYTES_MAX = 16 << 20;

    /** @throws IllegalArgumentException for another database */
    JdbcPlan(JdbcConfig config) {
        this(config, Dialect.of(config.url()));
    }

    @Override
    public String endpoint() {
        return config.endpoint();
    }

    @Override
    public ServerAnswer probe(Duration timeout) throws SQLException {
        long began = System.nanoTime();
        String version = "H2, which will make its file";
        try (Connection connection = Asking.connect(config, dialect, timeout)) {
            DatabaseMetaData server = connection.getMetaData();
            version = server.getDatabaseProductName() + " " + server.getDatabaseProductVersion();
        } catch (SQLException e) {
            if (!Asking.isNotMadeYet(e)) {
                throw e;
            }
        }
        return new ServerAnswer(version, Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        Durability known = dialect == Dialect.H2 ? H2Address.durability(config.url()) : null;
        if (known == null && !timeout.isZero()) {
            known = asked(timeout);
        }
        Durability durability = known == null ? Durability.ROUTED : known;
        return Promise.of(capabilities(durability), JdbcGuarantees.of(config, durability), known != null);
    }

    private @Nullable Durability asked(Duration timeout) {
        try (Connection connection = Asking.connect(config, dialect, timeout)) {
            return dialect.ask(connection);
        } catch (SQLException e) {
            LOG.debug("the database {} was asked what a commit is worth", endpoint(), e);
            return null;
        }
    }

    /** Those of {@link JdbcTransport}, as its test says. */
    private static Capabilities capabilities(Durability durability) {
        return Capabilities.of(
                durability,
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
                Feature.REQUEST_REPLY);
    }

    @Override
    public Transport open(Surroundings surroundings) {
        Asking.loadDriver(dialect, endpoint());
        if (surroundings.whenAbsent() == WhenAbsent.FAIL) {
            return JdbcTransport.open(config, surroundings.time());
        }
        return AwaitedTransport.open(
                "the database " + endpoint(),
                promise(Map.of(), Duration.ZERO).capabilities(),
                () -> JdbcTransport.open(config, surroundings.time()));
    }
}
