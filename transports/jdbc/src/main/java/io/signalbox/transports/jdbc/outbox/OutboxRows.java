package io.signalbox.transports.jdbc.outbox;

import io.signalbox.transports.jdbc.outbox.Waves.Refused;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Statements about {@code outbox} and {@code outbox_blocked}. Inside of the caller's transaction; who has locked the
 * oldest row of an aggregate has its row in {@code outbox_blocked} too. Times are the database's.
 */
final class OutboxRows {
    private static final String AGGREGATE = "aggregatetype = ? AND aggregateid = ?";

    private final String table;
    private final String blocked;

    OutboxRows(String schema) {
        table = schema + ".outbox";
        blocked = schema + ".outbox_blocked";
    }

    /** A row that may be published now. @param attempts failed ones before */
    record Row(OutboxEvent event, int attempts) {}

    /** The oldest, but for those of aggregates that wait for their next try. Locked. */
    List<Row> oldest(Connection connection, int max) throws SQLException {
        List<Row> rows = new ArrayList<>();
        String ofIts =
                " FROM " + blocked + " b WHERE b.aggregatetype = o.aggregatetype AND b.aggregateid = o.aggregateid";
        try (PreparedStatement look = connection.prepareStatement(
                "SELECT o.id, o.aggregatetype, o.aggregateid, o.type, o.payload, (SELECT b.attempts" + ofIts + ")"
                        + " FROM " + table + " o WHERE NOT EXISTS (SELECT 1" + ofIts + " AND b.next_try_millis > "
                        + now(connection) + ") ORDER BY o.position LIMIT ? FOR UPDATE")) {
            look.setInt(1, max);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            new OutboxEvent(
                                    row.getObject(1, UUID.class),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getBytes(5)),
                            row.getInt(6)));
                }
            }
        }
        return rows;
    }

    private static String now(Connection connection) throws SQLException {
        // Not the transaction's time, which for a relay that waits for another one is long ago.
        String clock = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")
                ? "clock_timestamp()"
                : "CURRENT_TIMESTAMP";
        return "CAST(EXTRACT(EPOCH FROM " + clock + ") * 1000 AS BIGINT)";
    }

    /** They are published. */
    void delete(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE id = ?");
                PreparedStatement unblock =
                        connection.prepareStatement("DELETE FROM " + blocked + " WHERE " + AGGREGATE)) {
            for (Row row : rows) {
                delete.setObject(1, row.event().id());
                delete.addBatch();
                if (row.attempts() > 0) {
                    unblock.setString(1, row.event().aggregateType());
                    unblock.setString(2, row.event().aggregateId());
                    unblock.addBatch();
                }
            }
            delete.executeBatch();
            unblock.executeBatch();
        }
    }

    /** It waits, with those of its aggregate behind it. */
    void block(Connection connection, Refused refused, long delayMillis) throws SQLException {
        if (!blockAgain(connection, refused, delayMillis)) {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + blocked
                    + " (id, reason, next_try_millis, attempts, aggregatetype, aggregateid) VALUES (?, ?, "
                    + now(connection) + " + ?, 1, ?, ?)")) {
                put(insert, refused, delayMillis);
                insert.executeUpdate();
            }
        }
    }

    private boolean blockAgain(Connection connection, Refused refused, long delayMillis) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + blocked
                + " SET id = ?, reason = ?, next_try_millis = " + now(connection) + " + ?, attempts = attempts + 1"
                + " WHERE " + AGGREGATE)) {
            put(update, refused, delayMillis);
            return update.executeUpdate() > 0;
        }
    }

    private static void put(PreparedStatement statement, Refused refused, long delayMillis) throws SQLException {
        OutboxEvent event = refused.row().event();
        statement.setObject(1, event.id());
        statement.setString(2, refused.reason());
        statement.setLong(3, delayMillis);
        statement.setString(4, event.aggregateType());
        statement.setString(5, event.aggregateId());
    }

    /** Of rows that somebody has deleted meanwhile. */
    void forgetDeleted(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + blocked + " WHERE NOT EXISTS"
                + " (SELECT 1 FROM " + table + " o WHERE o.id = " + blocked + ".id)")) {
            delete.executeUpdate();
        }
    }

    List<BlockedEvent> blocked(Connection connection, int max) throws SQLException {
        List<BlockedEvent> events = new ArrayList<>();
        try (PreparedStatement look =
                connection.prepareStatement("SELECT b.id, b.aggregatetype, b.aggregateid, b.attempts, b.reason FROM "
                        + blocked + " b JOIN " + table + " o ON o.id = b.id ORDER BY o.position LIMIT ?")) {
            look.setInt(1, max);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    events.add(new BlockedEvent(
                            row.getObject(1, UUID.class),
                            row.getString(2),
                            row.getString(3),
                            row.getInt(4),
                            row.getString(5)));
                }
            }
        }
        return events;
    }

    long blockedCount(Connection connection) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(
                        "SELECT COUNT(*) FROM " + blocked + " b JOIN " + table + " o ON o.id = b.id");
                ResultSet row = look.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
