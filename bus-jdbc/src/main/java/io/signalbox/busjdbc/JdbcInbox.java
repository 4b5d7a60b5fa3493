package io.signalbox.busjdbc;

import io.signalbox.bus.remote.Inbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * What buses have handled, in the table {@code bus_inbox} ({@link BusTables}), and what single handlers have done. A
 * handler that calls {@link #first} in the transaction of its own work has done the work once, whatever comes twice.
 * The bus itself goes by what all of its handlers have done, not by what one of them has. Thread safe.
 */
public final class JdbcInbox implements Inbox {
    /** Before the names in the column: a bus and a handler may have the same. */
    private static final String BUS = "bus:";

    private static final String HANDLER = "handler:";

    /** SQL:2023, class 23: somebody was quicker. */
    private static final String CONSTRAINT_VIOLATED = "23";

    private static final String INSERT =
            "INSERT INTO bus_inbox (consumer, message_id, handled_millis) SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), "
                    + Connections.NOW_MILLIS
                    + " WHERE NOT EXISTS (SELECT 1 FROM bus_inbox WHERE consumer = ? AND message_id = ?)";

    private final DataSource dataSource;
    private final Forgetting forgetting;

    /**
     * @param dataSource gives connections of its own: not one that takes part in transactions by itself
     * @param keep longer than the transport may deliver a message again
     * @throws IllegalArgumentException unless that is longer than nothing
     */
    public JdbcInbox(DataSource dataSource, Duration keep) {
        this(dataSource, keep, System::nanoTime, Thread::startVirtualThread);
    }

    JdbcInbox(DataSource dataSource, Duration keep, LongSupplier nanos, Executor threads) {
        this.dataSource = dataSource;
        forgetting = new Forgetting(dataSource, keep, nanos, threads);
    }

    @Override
    public boolean isHandled(String consumer, String messageId) {
        return Connections.ask(dataSource, "ask the inbox", connection -> {
            try (PreparedStatement look =
                    connection.prepareStatement("SELECT 1 FROM bus_inbox WHERE consumer = ? AND message_id = ?")) {
                look.setString(1, BUS + consumer);
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
                insert(connection, INSERT, BUS + consumer, messageId);
            } catch (SQLException broken) {
                String state = broken.getSQLState();
                if (state == null || !state.startsWith(CONSTRAINT_VIOLATED)) {
                    throw broken;
                }
            }
        });
        forgetting.noted();
    }

    /**
     * Notes it in the caller's transaction, with the work that it stands for. Two transactions with one message wait for
     * each other; PostgreSQL then tells the second that it is the second, H2 fails it: roll it back.
     *
     * @param handler who does the work: a name that no other handler has, of whatever bus over these tables; two with
     *     one name would take each other's work for their own
     * @return false: that handler has done it before; do nothing, and commit
     */
    public boolean first(Connection connection, String handler, String messageId) throws SQLException {
        boolean postgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
        boolean first = insert(
                connection, postgres ? INSERT + " ON CONFLICT DO NOTHING" : INSERT, HANDLER + handler, messageId);
        forgetting.noted();
        return first;
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
}
