package io.signalbox.transports.jdbc;

import io.signalbox.transports.connection.Neighbours;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every node does once a second, on a thread of its own, since it may take a while: says that it lives, frees what
 * nodes hold that live no more, forgets old keys and messages that nobody is owed.
 */
final class Housekeeping {
    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeping.class);
    private static final long PERIOD_MILLIS = 1_000;

    /** Of one transaction, so that it holds up no other for long; the rest follows at once. */
    private static final int DELETE_MAX = 10_000;

    private final Database database;
    private final JdbcConfig config;
    private final long owner;
    private final long periodMillis;
    private final Neighbours<Long> neighbours;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    Housekeeping(Database database, JdbcConfig config, long owner) {
        this.database = database;
        this.config = config;
        this.owner = owner;
        periodMillis = Math.max(1, Math.min(PERIOD_MILLIS, config.nodeSilence().toMillis() / 5));
        neighbours = new Neighbours<>(config.nodeSilence().toNanos(), periodMillis * 1_000_000, 0);
        thread = Thread.ofPlatform().daemon().name("jdbc-housekeeping").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                round();
            } while (!stopped.await(periodMillis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() {
        try {
            lookRound();
            forgetKeys(2 * config.deduplicationWindow().toMillis());
            forgetMessages(config.historyMax().toMillis());
        } catch (SQLException | RuntimeException e) {
            LOGGER.debug("housekeeping waits for the next time", e);
        }
    }

    private void lookRound() throws SQLException {
        try {
            database.transaction(connection -> {
                beat(connection);
                freeTheDead(connection);
                return database.askDurability(connection);
            });
        } catch (SQLException e) {
            if (Database.isOutage(e)) {
                neighbours.couldNotLook();
            }
            throw e;
        }
    }

    /** Also the first, and the first after it was taken for dead. */
    private void beat(Connection connection) throws SQLException {
        if (update(connection, "UPDATE sb_instance SET beats = beats + 1 WHERE owner = ?", owner) == 0) {
            update(connection, "INSERT INTO sb_instance (owner, beats) VALUES (?, 1)", owner);
        }
    }

    private void freeTheDead(Connection connection) throws SQLException {
        Map<Long, Long> beats = new HashMap<>();
        try (PreparedStatement look = connection.prepareStatement("SELECT owner, beats FROM sb_instance");
                ResultSet row = look.executeQuery()) {
            while (row.next()) {
                beats.put(row.getLong(1), row.getLong(2));
            }
        }
        Set<Long> gone = neighbours.gone(beats, System.nanoTime()).keySet();
        for (long dead : gone) {
            LOGGER.warn("node {} has been silent for {}; what it had is free", dead, config.nodeSilence());
            update(
                    connection,
                    "UPDATE sb_delivery SET claimed_by = NULL, offered = TRUE"
                            + " WHERE claimed_by IN (SELECT name FROM sb_session WHERE owner = ?)",
                    dead);
            update(
                    connection,
                    "UPDATE sb_session SET owner = NULL, unclean = TRUE, detached_millis = " + database.now()
                            + " WHERE owner = ?",
                    dead);
            update(connection, "DELETE FROM sb_instance WHERE owner = ?", dead);
        }
        if (!gone.isEmpty()) {
            Wakeups.tellNews(connection, database, 0); // this node wakes up too
        }
    }

    private static int update(Connection connection, String sql, long number) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, number);
            return update.executeUpdate();
        }
    }

    private void forgetKeys(long olderMillis) throws SQLException {
        String sql = "DELETE FROM sb_seen WHERE time_millis < " + database.now() + " - ?";
        database.transaction(connection -> update(connection, sql, olderMillis));
    }

    /**
     * As many as there are: a table that is filled faster than it is emptied would grow for ever. Not so long that
     * other nodes miss this one.
     */
    private void forgetMessages(long olderMillis) throws SQLException {
        long until = System.nanoTime() + config.nodeSilence().toNanos() / 4;
        int deleted = DELETE_MAX;
        while (deleted == DELETE_MAX && stopped.getCount() > 0 && System.nanoTime() - until < 0) {
            deleted = database.transaction(connection -> forgetSome(connection, olderMillis));
        }
    }

    private int forgetSome(Connection connection, long olderMillis) throws SQLException {
        database.dialect().checksKeysByOnePlan(connection);
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM sb_message WHERE seq IN ("
                        + "SELECT m.seq FROM sb_message m WHERE m.time_millis < " + database.now() + " - ?"
                        + " AND NOT EXISTS (SELECT 1 FROM sb_delivery d WHERE d.seq = m.seq) ORDER BY m.time_millis LIMIT ?)")) {
            database.dialect().planEachTime(delete);
            delete.setLong(1, olderMillis);
            delete.setInt(2, DELETE_MAX);
            return delete.executeUpdate();
        }
    }

    void stop() {
        stopped.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
