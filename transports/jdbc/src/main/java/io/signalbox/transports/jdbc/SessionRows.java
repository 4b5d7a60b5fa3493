package io.signalbox.transports.jdbc;

import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Statements about {@code sb_session} and {@code sb_subscription}. Inside of the caller's transaction. */
final class SessionRows {
    /** Stands for the owner of a session that has none; no node has this number. */
    static final long NOBODY = 0;

    private static final String OVER =
            "(detached_millis IS NOT NULL AND expiry_millis >= 0 AND detached_millis + expiry_millis <= ";

    private final Database database;
    private final QueueRows queues;

    SessionRows(Database database, QueueRows queues) {
        this.database = database;
        this.queues = queues;
    }

    /**
     * A session that is there, locked.
     *
     * @param over its time is over, by the database's clock
     */
    record Found(long expiryMillis, @Nullable Long owner, boolean unclean, boolean over) {
        /** Did its last owner, another one, end without a word? */
        boolean uncleanFor(long newOwner) {
            return unclean || owner != null && owner != newOwner;
        }
    }

    private String over() {
        return OVER + database.now() + ")";
    }

    static long millis(Duration expiry) {
        return expiry.compareTo(SessionOptions.NEVER) >= 0 ? -1 : expiry.toMillis();
    }

    @Nullable
    Found find(Connection connection, String name) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(
                "SELECT expiry_millis, owner, unclean, " + over() + " FROM sb_session WHERE name = ? FOR UPDATE")) {
            look.setString(1, name);
            try (ResultSet row = look.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                long expiry = row.getLong(1);
                long owner = row.getLong(2);
                Long ownerOrNull = row.wasNull() ? null : owner;
                return new Found(expiry, ownerOrNull, row.getBoolean(3), row.getBoolean(4));
            }
        }
    }

    void put(Connection connection, SessionOptions options, long owner, boolean isNew) throws SQLException {
        String sql = isNew
                ? "INSERT INTO sb_session (owner, expiry_millis, messages_max, bytes_max, overflow, name)"
                        + " VALUES (?, ?, ?, ?, ?, ?)"
                : "UPDATE sb_session SET owner = ?, expiry_millis = ?, messages_max = ?, bytes_max = ?, overflow = ?,"
                        + " detached_millis = NULL, unclean = FALSE WHERE name = ?";
        try (PreparedStatement put = connection.prepareStatement(sql)) {
            put.setLong(1, owner);
            put.setLong(2, millis(options.expiry()));
            put.setInt(3, options.queueMessagesMax());
            put.setLong(4, options.queueBytesMax());
            put.setString(5, options.overflow().name());
            put.setString(6, options.name());
            put.executeUpdate();
        }
    }

    void expiry(Connection connection, String name, Duration expiry) throws SQLException {
        try (PreparedStatement put =
                connection.prepareStatement("UPDATE sb_session SET expiry_millis = ? WHERE name = ?")) {
            put.setLong(1, millis(expiry));
            put.setString(2, name);
            put.executeUpdate();
        }
    }

    /**
     * @param agoMillis when that was
     * @return false if it is another owner's by now
     */
    boolean detached(Connection connection, String name, long owner, long agoMillis) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("UPDATE sb_session SET detached_millis = "
                + database.now() + " - ?, owner = NULL WHERE name = ? AND owner = ?")) {
            put.setLong(1, agoMillis);
            put.setString(2, name);
            put.setLong(3, owner);
            return put.executeUpdate() == 1;
        }
    }

    /** With its subscriptions and its queue; what it held of share groups goes to the other members. */
    void remove(Connection connection, String name) throws SQLException {
        List<FilterSpec> specs = subscriptions(connection, name);
        queues.release(connection, name, true);
        queues.deleteQueue(connection, QueueRows.own(name));
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM sb_session WHERE name = ?")) {
            delete.setString(1, name);
            delete.executeUpdate();
        }
        for (FilterSpec spec : specs) {
            deleteQueueOfNobody(connection, spec.filter(), spec.shareGroup());
        }
    }

    private void deleteQueueOfNobody(Connection connection, TopicFilter filter, @Nullable String group)
            throws SQLException {
        if (group == null) {
            return;
        }
        String queue = QueueRows.shared(group, filter.text());
        try (PreparedStatement look =
                connection.prepareStatement("SELECT 1 FROM sb_subscription WHERE queue = ? LIMIT 1")) {
            look.setString(1, queue);
            try (ResultSet rows = look.executeQuery()) {
                if (!rows.next()) {
                    queues.deleteQueue(connection, queue);
                }
            }
        }
    }

    /** Of those that there are: who has each, or {@link #NOBODY}. */
    Map<String, Long> owners(Connection connection, Collection<String> names) throws SQLException {
        Map<String, Long> owners = new HashMap<>();
        try (PreparedStatement look =
                connection.prepareStatement("SELECT name, owner FROM sb_session WHERE name = ANY(?)")) {
            look.setArray(1, connection.createArrayOf("varchar", names.toArray()));
            try (ResultSet rows = look.executeQuery()) {
                while (rows.next()) {
                    owners.put(rows.getString(1), rows.getLong(2)); // null reads as 0
                }
            }
        }
        return owners;
    }

    /** Is it this node's, or nobody's? Locks it, so that it stays so until the end of the transaction. */
    boolean isOurs(Connection connection, String name, long owner) throws SQLException {
        Found found = find(connection, name);
        return found != null && (found.owner() == null || found.owner() == owner);
    }

    /** It was nobody's for a while. */
    void reclaim(Connection connection, String name, long owner) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("UPDATE sb_session SET owner = ?,"
                + " detached_millis = NULL, unclean = FALSE WHERE name = ? AND owner IS NULL")) {
            put.setLong(1, owner);
            put.setString(2, name);
            put.executeUpdate();
        }
    }

    List<String> expired(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement look = connection.prepareStatement("SELECT name FROM sb_session WHERE " + over());
                ResultSet rows = look.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    // Subscriptions

    List<FilterSpec> subscriptions(Connection connection, String session) throws SQLException {
        List<FilterSpec> specs = new ArrayList<>();
        try (PreparedStatement look = connection.prepareStatement("SELECT filter, share_group, qos, subscription_id,"
                + " no_local, retain_as_published FROM sb_subscription WHERE session = ?")) {
            look.setString(1, session);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    String group = row.getString(2);
                    specs.add(new FilterSpec(
                            TopicFilter.ofCanonical(row.getString(1)),
                            group.isEmpty() ? null : group,
                            Guarantee.ofQos(row.getInt(3)),
                            row.getInt(4),
                            row.getBoolean(5),
                            row.getBoolean(6),
                            FilterSpec.RetainedDelivery.NONE,
                            StartPosition.NEW,
                            0));
                }
            }
        }
        return specs;
    }

    void subscribe(Connection connection, String session, FilterSpec spec) throws SQLException {
        delete(connection, session, new Target(spec.filter(), spec.shareGroup()));
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO sb_subscription (session, filter,"
                + " share_group, queue, exact, pattern, qos, subscription_id, no_local, retain_as_published)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            String group = spec.shareGroup();
            insert.setString(1, session);
            insert.setString(2, spec.filter().text());
            insert.setString(3, group == null ? "" : group);
            insert.setString(
                    4,
                    group == null
                            ? QueueRows.own(session)
                            : QueueRows.shared(group, spec.filter().text()));
            insert.setBoolean(5, spec.filter().isExact());
            insert.setString(6, FilterPattern.of(spec.filter()));
            insert.setInt(7, spec.guarantee().qos());
            insert.setInt(8, spec.subscriptionId());
            insert.setBoolean(9, spec.noLocal());
            insert.setBoolean(10, spec.retainAsPublished());
            insert.executeUpdate();
        }
    }

    boolean unsubscribe(Connection connection, String session, Target target) throws SQLException {
        boolean was = delete(connection, session, target);
        if (was) {
            deleteQueueOfNobody(connection, target.filter(), target.shareGroup());
        }
        return was;
    }

    private static boolean delete(Connection connection, String session, Target target) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM sb_subscription WHERE session = ? AND filter = ? AND share_group = ?")) {
            delete.setString(1, session);
            delete.setString(2, target.filter().text());
            delete.setString(3, target.shareGroup() == null ? "" : target.shareGroup());
            return delete.executeUpdate() > 0;
        }
    }
}
