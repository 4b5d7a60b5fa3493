package io.signalbox.transports.jdbc;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.topic.Topic;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transports.delivery.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers read requests, each on a thread and a connection of its own, a few hundred rows at a time. */
final class History {
    private static final Logger LOGGER = LoggerFactory.getLogger(History.class);
    private static final int FETCH = 256;

    /** Of the pool: publishing, receiving, listening. */
    private static final int CONNECTIONS_OF_OTHERS = 3;

    private final Database database;
    private final Semaphore connections;
    private final Topics topics = new Topics(Topic::ofMqtt);

    History(Database database, int connectionsMax) {
        this.database = database;
        connections = new Semaphore(connectionsMax - CONNECTIONS_OF_OTHERS);
    }

    CompletableFuture<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("jdbc-history").start(() -> {
            try {
                answer.complete(walk(request, visitor));
            } catch (SQLException e) {
                answer.completeExceptionally(
                        new SignalboxException(ReasonCode.BUSY, "the past cannot be read: " + e.getMessage(), e));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** By pages, so that a visitor that blocks holds no connection. */
    private long walk(ReadRequest request, Predicate<StoredMessage> visitor) throws SQLException {
        // What "the last" are must not change while they are handed over, nor must the end run away.
        long newest = asked(History::newest);
        Past.Condition condition = Past.of(request.start(), request.filter(), database.dialect(), newest);
        if (condition == null) {
            return 0;
        }
        String sql = "SELECT m.seq, m.time_millis, m.topic, m.fields, m.payload FROM sb_message m WHERE "
                + Past.matches("m", request.filter(), database.dialect()) + " AND " + condition.sql()
                + " AND m.time_millis <= ? AND m.seq > ? AND m.seq <= " + newest + " ORDER BY m.seq LIMIT ?";
        long seen = 0;
        long last = Long.MIN_VALUE;
        while (seen < request.limit()) {
            long after = last;
            int limit = (int) Math.min(FETCH, request.limit() - seen);
            List<StoredMessage> page = asked(connection -> page(connection, sql, condition, request, after, limit));
            for (StoredMessage stored : page) {
                seen++;
                last = stored.sequence();
                if (!visitor.test(stored)) {
                    return seen;
                }
            }
            if (page.size() < limit) {
                return seen;
            }
        }
        return seen;
    }

    /** Many readers wait for each other, and never take the connections that others live on. */
    private <T> T asked(Database.Work<T> work) throws SQLException {
        connections.acquireUninterruptibly();
        try {
            return database.transaction(work);
        } finally {
            connections.release();
        }
    }

    private static long newest(Connection connection) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement("SELECT MAX(seq) FROM sb_message");
                ResultSet row = look.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private List<StoredMessage> page(
            Connection connection, String sql, Past.Condition condition, ReadRequest request, long after, int limit)
            throws SQLException {
        List<StoredMessage> page = new ArrayList<>();
        try (PreparedStatement look = connection.prepareStatement(sql)) {
            int at = 1;
            if (condition.number() != null) {
                look.setLong(at++, condition.number());
            }
            look.setLong(at++, request.untilMillis());
            look.setLong(at++, after);
            look.setInt(at, limit);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    ClaimedRow stored = new ClaimedRow(
                            new Claim("", row.getLong(1)),
                            false,
                            false,
                            0,
                            0,
                            null,
                            row.getString(3),
                            row.getString(4),
                            row.getBytes(5),
                            0);
                    try {
                        page.add(new StoredMessage(row.getLong(1), row.getLong(2), stored.message(topics)));
                    } catch (SignalboxException e) {
                        LOGGER.warn("message {} is passed over: {}", row.getLong(1), e.getMessage());
                    }
                }
            }
        }
        return page;
    }
}
