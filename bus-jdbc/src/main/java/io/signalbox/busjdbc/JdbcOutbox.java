package io.signalbox.busjdbc;

import io.signalbox.bus.remote.Outbox;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.envelope.MessageFields;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outbox of a bus in the table {@code bus_outbox} ({@link BusTables}). What is published within a
 * {@link Transaction} is sent if that commits; elsewhere it is committed at once. Any number of processes may have one
 * over the same table: one of them sends, another when that is closed or silent for a minute. Thread safe.
 *
 * <p>Rows are numbered when they are written. Two transactions that write the same ordering key at the same time have no
 * order unless the application gives them one, by a lock on what the key stands for, say.
 */
public final class JdbcOutbox implements Outbox, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcOutbox.class);
    private static final int REASON_CHARS_MAX = 1_000;

    private final DataSource dataSource;
    /** Guarded by this. */
    private final SenderLease lease = new SenderLease();

    private final Hourly warnings = new Hourly(System::nanoTime);

    /** @param dataSource gives connections of its own: not one that takes part in transactions by itself */
    public JdbcOutbox(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void add(Message message) {
        Connection callers = Transaction.current();
        if (callers == null) {
            Connections.run(dataSource, "take a message into the outbox", connection -> add(connection, message));
            return;
        }
        try {
            add(callers, message);
        } catch (SQLException broken) {
            throw new DatabaseException("take a message into the outbox", broken);
        }
    }

    private static void add(Connection connection, Message message) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO bus_outbox (topic, ordering_key, fields, payload) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, message.topic().text());
            insert.setString(2, message.properties().orderingKey());
            insert.setString(3, FieldsJson.write(MessageFields.map(message)));
            insert.setBytes(4, message.payload());
            insert.executeUpdate();
        }
    }

    /** None, if another process sends. */
    @Override
    public synchronized List<Entry> oldest(int limit, Paused without) {
        return Connections.ask(dataSource, "read the outbox", connection -> {
            OutboxQuery query = new OutboxQuery(without, limit);
            while (lease.isHeld(connection)) {
                List<Entry> entries = new ArrayList<>();
                if (areReadable(connection, query.run(connection), entries)) {
                    return entries;
                }
            }
            return List.of();
        });
    }

    /** False: one was not, and is set aside, with what follows of its key. */
    private boolean areReadable(Connection connection, List<OutboxQuery.Row> rows, List<Entry> entries)
            throws SQLException {
        boolean all = true;
        for (OutboxQuery.Row row : rows) {
            try {
                Message message = MessageFields.message(FieldsJson.read(row.fields()), row.payload());
                entries.add(new Entry(row.position(), message));
            } catch (SignalboxException unreadable) {
                if (warnings.isDue()) {
                    LOG.warn(
                            "row {} of the outbox cannot be read and is set aside; of more that is said in an hour",
                            row.position(),
                            unreadable);
                }
                setAside(connection, row.position(), unreadable.reason().code() + ": " + unreadable.getMessage());
                all = false;
            }
        }
        return all;
    }

    @Override
    public void remove(List<Entry> sent) {
        Connections.run(dataSource, "remove what was sent from the outbox", connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM bus_outbox WHERE position = ?")) {
                for (Entry each : sent) {
                    delete.setLong(1, each.number());
                    delete.addBatch();
                }
                delete.executeBatch();
            }
        });
    }

    @Override
    public void setAside(Entry entry, String reason) {
        Connections.run(
                dataSource,
                "set a message of the outbox aside",
                connection -> setAside(connection, entry.number(), reason));
    }

    private static void setAside(Connection connection, long position, String reason) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE bus_outbox SET set_aside = ? WHERE position = ?")) {
            String storable = reason.replace('\0', ' ');
            update.setString(1, storable.substring(0, Math.min(storable.length(), REASON_CHARS_MAX)));
            update.setLong(2, position);
            update.executeUpdate();
        }
    }

    /** What somebody is to see to, oldest first. */
    public List<SetAside> setAside(int max) {
        return Connections.ask(dataSource, "read what is set aside", connection -> {
            List<SetAside> found = new ArrayList<>();
            try (PreparedStatement look = connection.prepareStatement("SELECT position, topic, ordering_key, set_aside"
                    + " FROM bus_outbox WHERE set_aside IS NOT NULL ORDER BY position LIMIT ?")) {
                look.setInt(1, max);
                try (ResultSet row = look.executeQuery()) {
                    while (row.next()) {
                        found.add(new SetAside(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
                    }
                }
            }
            return found;
        });
    }

    /** It is to be sent once more, in its place. False: there is none of that number that was set aside. */
    public boolean putBack(long number) {
        return change("UPDATE bus_outbox SET set_aside = NULL WHERE position = ? AND set_aside IS NOT NULL", number);
    }

    /** It is given up; what follows of its key goes on. False: there is none of that number that was set aside. */
    public boolean discard(long number) {
        return change("DELETE FROM bus_outbox WHERE position = ? AND set_aside IS NOT NULL", number);
    }

    private boolean change(String sql, long number) {
        return Connections.ask(dataSource, "see to a message that was set aside", connection -> {
            try (PreparedStatement change = connection.prepareStatement(sql)) {
                change.setLong(1, number);
                return change.executeUpdate() == 1;
            }
        });
    }

    /** Another process may send at once; after the bus is closed. */
    @Override
    public synchronized void close() {
        Connections.run(dataSource, "give the outbox to others", lease::give);
    }
}
