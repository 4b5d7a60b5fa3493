package io.signalbox.transports.jdbc;

import io.signalbox.time.TimeSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every node does once a second: says that it lives, frees what nodes hold that live no more, forgets old keys and
 * messages that nobody is owed. Owned by the worker.
 */
final class Housekeeping {
    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeping.class);
    private static final long PERIOD_NANOS = 1_000_000_000;

    /** A node that was not heard of for so long is gone. */
    private static final long SILENCE_MILLIS = 30_000;

    private static final int DELETE_MAX = 10_000;

    private final Database database;
    private final JdbcConfig config;
    private final TimeSource time;
    private final long owner;
    private long nextNanos = System.nanoTime();

    Housekeeping(Database database, JdbcConfig config, TimeSource time, long owner) {
        this.database = database;
        this.config = config;
        this.time = time;
        this.owner = owner;
    }

    void tick() {
        if (System.nanoTime() - nextNanos < 0) {
            return;
        }
        nextNanos = System.nanoTime() + PERIOD_NANOS;
        try {
            database.transaction(connection -> {
                long now = time.millis();
                beat(connection, now);
                freeTheDead(connection, now);
                update(connection, "DELETE FROM sb_seen WHERE time_millis < ?", now - 2 * window());
                forget(connection, now - config.historyMax().toMillis());
                return true;
            });
        } catch (SQLException e) {
            LOGGER.debug("housekeeping waits for the next time", e);
        }
    }

    private long window() {
        return config.deduplicationWindow().toMillis();
    }

    private void beat(Connection connection, long now) throws SQLException {
        try (PreparedStatement beat =
                connection.prepareStatement("UPDATE sb_instance SET heartbeat_millis = ? WHERE owner = ?")) {
            beat.setLong(1, now);
            beat.setLong(2, owner);
            if (beat.executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement first =
                connection.prepareStatement("INSERT INTO sb_instance (owner, heartbeat_millis) VALUES (?, ?)")) {
            first.setLong(1, owner);
            first.setLong(2, now);
            first.executeUpdate();
        }
    }

    private static void freeTheDead(Connection connection, long now) throws SQLException {
        long before = now - SILENCE_MILLIS;
        String dead = "SELECT o.name FROM sb_session o JOIN sb_instance i ON i.owner = o.owner"
                + " WHERE i.heartbeat_millis < ?";
        update(
                connection,
                "UPDATE sb_delivery SET claimed_by = NULL, offered = TRUE WHERE claimed_by IN (" + dead + ")",
                before);
        try (PreparedStatement end = connection.prepareStatement("UPDATE sb_session SET owner = NULL,"
                + " unclean = TRUE, detached_millis = ? WHERE name IN (" + dead + ")")) {
            end.setLong(1, now);
            end.setLong(2, before);
            end.executeUpdate();
        }
        update(connection, "DELETE FROM sb_instance WHERE heartbeat_millis < ?", before);
    }

    private static void update(Connection connection, String sql, long number) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, number);
            update.executeUpdate();
        }
    }

    private static void forget(Connection connection, long before) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM sb_message WHERE seq IN ("
                + "SELECT m.seq FROM sb_message m WHERE m.time_millis < ?"
                + " AND NOT EXISTS (SELECT 1 FROM sb_delivery d WHERE d.seq = m.seq) ORDER BY m.seq LIMIT ?)")) {
            delete.setLong(1, before);
            delete.setInt(2, DELETE_MAX);
            delete.executeUpdate();
        }
    }
}
