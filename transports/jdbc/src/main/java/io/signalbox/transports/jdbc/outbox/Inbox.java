package io.signalbox.transports.jdbc.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Which messages a consumer has handled, in the same transaction as what it did: handled twice is handled once. Rows
 * must be kept for at least as long as a message may come again.
 */
public final class Inbox {
    private final String table;
    private final String consumer;

    /** @param schema of the transport's tables */
    public Inbox(String schema, String consumer) {
        table = schema + ".inbox";
        this.consumer = consumer;
    }

    /**
     * Notes that the message is handled. Two transactions with the same message wait for each other; the second is told
     * that it is the second.
     *
     * @return false if it was handled before: do nothing, and commit
     */
    public boolean first(Connection connection, String messageId, long nowMillis) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table
                + " (consumer, message_id, time_millis) SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS BIGINT)"
                + " WHERE NOT EXISTS (SELECT 1 FROM " + table + " WHERE consumer = ? AND message_id = ?)"
                + onConflict(connection))) {
            insert.setString(1, consumer);
            insert.setString(2, messageId);
            insert.setLong(3, nowMillis);
            insert.setString(4, consumer);
            insert.setString(5, messageId);
            return insert.executeUpdate() == 1;
        }
    }

    /** H2 has no such clause: there the second fails with a duplicate key, and its transaction is tried again. */
    private static String onConflict(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL") ? " ON CONFLICT DO NOTHING" : "";
    }

    /** @return how many were forgotten */
    public int forget(Connection connection, long nowMillis, Duration keep) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM " + table + " WHERE consumer = ? AND time_millis < ?")) {
            delete.setString(1, consumer);
            delete.setLong(2, nowMillis - keep.toMillis());
            return delete.executeUpdate();
        }
    }
}
