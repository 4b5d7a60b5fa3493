package io.signalbox.busjdbc;

import io.signalbox.bus.remote.Inbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * What buses have handled, in the table {@code bus_inbox} ({@link BusTables}). A handler that calls {@link #first} in the
 * transaction of its own work has done the work once, whatever comes twice. Thread safe.
 */
public final class JdbcInbox implements Inbox {
    /** So often rows that are too old are looked for, and so many go at once: more than came meanwhile. */
    private static final int FORGET_EACH = 1_000;

    private static final int FORGET_MAX = 10_000;

    /** SQL:2023, class 23: somebody was quicker. */
    private static final String CONSTRAINT_VIOLATED = "23";

    private static final String INSERT =
            "INSERT INTO bus_inbox (consumer, message_id, handled_millis) SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), "
                    + Connections.NOW_MILLIS
                    + " WHERE NOT EXISTS (SELECT 1 FROM bus_inbox WHERE consumer = ? AND message_id = ?)";

    private final DataSource dataSource;
    private final long keepMillis;
    private final AtomicLong noted = new AtomicLong();

    /**
     * @param dataSource gives connections of its own: not one that takes part in transactions by itself
     * @param keep longer than the transport may deliver a message again
     */
    public JdbcInbox(DataSource dataSource, Duration keep) {
        this.dataSource = dataSource;
        keepMillis = keep.toMillis();
    }

    @Override
    public boolean isHandled(String consumer, String messageId) {
        return Connections.ask(dataSource, "ask the inbox", connection -> {
            try (PreparedStatement look =
                    connection.prepareStatement("SELECT 1 FROM bus_inbox WHERE consumer = ? AND message_id = ?")) {
                look.setString(1, consumer);
                look.setString(2, messageId);
                try (ResultSet row = look.executeQuery()) {
                    return row.next();
                }
            }
        });
    }

    @Override
    public void handled(String consumer, String messageId) {
        Connections.run(dataSource, "note what was handled", connection -> {
            try {
                insert(connection, INSERT, consumer, messageId);
            } catch (SQLException broken) {
                String state = broken.getSQLState();
                if (state == null || !state.startsWith(CONSTRAINT_VIOLATED)) {
                    throw broken;
                }
            }
            if (noted.incrementAndGet() % FORGET_EACH == 0) {
                forget(connection, consumer);
            }
        });
    }

    /**
     * Notes it in the caller's transaction, with the work that it stands for. Two transactions with one message wait for
     * each other; PostgreSQL then tells the second that it is the second, H2 fails it: roll it back.
     *
     * @return false: it was handled before; do nothing, and commit
     */
    public boolean first(Connection connection, String consumer, String messageId) throws SQLException {
        boolean postgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
        return insert(connection, postgres ? INSERT + " ON CONFLICT DO NOTHING" : INSERT, consumer, messageId);
    }

    private static boolean insert(Connection connection, String sql, String consumer, String messageId)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, consumer);
            insert.setString(2, messageId);
            insert.setString(3, consumer);
            insert.setString(4, messageId);
            return insert.executeUpdate() == 1;
        }
    }

    private void forget(Connection connection, String consumer) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM bus_inbox WHERE consumer = ?"
                + " AND message_id IN (SELECT message_id FROM bus_inbox WHERE consumer = ? AND handled_millis < "
                + Connections.NOW_MILLIS + " - ? ORDER BY handled_millis LIMIT " + FORGET_MAX + ")")) {
            delete.setString(1, consumer);
            delete.setString(2, consumer);
            delete.setLong(3, keepMillis);
            delete.executeUpdate();
        }
    }
}
