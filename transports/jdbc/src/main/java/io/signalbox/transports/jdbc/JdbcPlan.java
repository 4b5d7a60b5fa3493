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
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A configured database that is not open. What a commit is worth depends on how its server is set up. */
record JdbcPlan(JdbcConfig config, DatabaseQuestion question) implements TransportPlan {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcPlan.class);
    private static final int PAYLOAD_BYTES_MAX = 16 << 20;

    /** @throws IllegalArgumentException for another database */
    JdbcPlan(JdbcConfig config) {
        this(config, DatabaseQuestion.to(config));
    }

    @Override
    public String endpoint() {
        return question.address().shown();
    }

    @Override
    public boolean hasServer() {
        return question.hasServer();
    }

    @Override
    public @Nullable ServerAnswer probe(Duration timeout) throws SQLException {
        loadDriver();
        return question.hasServer() ? question.who(timeout) : null;
    }

    /** Drivers that are not on the class path of the process are not found otherwise. */
    private void loadDriver() {
        try {
            Class.forName(
                    question.address().dialect() == Dialect.POSTGRESQL ? "org.postgresql.Driver" : "org.h2.Driver");
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("the driver of " + endpoint() + " is not on the class path: " + e, e);
        }
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        Durability asked = asked(timeout);
        Durability least = asked == null ? Durability.ROUTED : asked;
        return Promise.between(
                capabilities(least), asked == null ? question.most() : asked, JdbcGuarantees.of(config, least));
    }

    private @Nullable Durability asked(Duration timeout) {
        try {
            if (!timeout.isZero()) {
                loadDriver();
            }
            return question.durability(timeout);
        } catch (SQLException | IllegalArgumentException e) {
            LOG.debug("{} was asked what a commit is worth", endpoint(), e);
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
        loadDriver();
        if (surroundings.whenAbsent() == WhenAbsent.FAIL) {
            return JdbcTransport.open(config, surroundings.time());
        }
        return AwaitedTransport.open(
                "the database " + endpoint(),
                capabilities(Durability.ROUTED),
                () -> JdbcTransport.open(config, surroundings.time()));
    }
}
