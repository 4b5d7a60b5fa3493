package io.signalbox.transports.jdbc;

import io.signalbox.transports.delivery.Remembered;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Statements about {@code sb_delivery}. Inside of the caller's transaction. */
final class QueueRows {
    /** The range is for a planner without statistics: it reads no more of the queue than that. */
    static final String DELETE = "DELETE FROM sb_delivery WHERE queue = ? AND seq BETWEEN ? AND ? AND seq = ANY(?)";

    private final Database database;

    QueueRows(Database database) {
        this.database = database;
    }

    /** Asked once, and not for each row. */
    private String now() {
        return "(SELECT " + database.now() + ")";
    }

    /** Of a session alone. */
    static String own(String session) {
        return "s:" + session;
    }

    /** Of all members of a share group; {@code filter} in canonical text. */
    static String shared(String group, String filter) {
        return "g:" + group + " " + filter;
    }

    static boolean isShared(String queue) {
        return queue.startsWith("g:");
    }

    /** Whose own queue it is. */
    static String session(String queue) {
        return queue.substring(2);
    }

    /**
     * Looks into a session's own queue: the most urgent first, then the oldest. Nobody else takes from it, so the rows
     * are not marked; the owner knows what it has.
     *
     * @param known what is here already
     * @param lightOnly those that need no credit, and no others
     * @param bytesMax no further message once those before have so many; the first is always given
     */
    List<ClaimedRow> look(
            Connection connection, String queue, Set<Claim> known, boolean lightOnly, int limit, long bytesMax)
            throws SQLException {
        return QueueLook.within(
                connection,
                QueueLook.at(connection, now(), queue, sequences(connection, queue, known), lightOnly, limit),
                bytesMax);
    }

    /** Of these queues, those in which something is free and due. */
    Set<String> due(Connection connection, Collection<String> names) throws SQLException {
        Set<String> due = new HashSet<>();
        try (PreparedStatement look =
                connection.prepareStatement("SELECT q.name FROM UNNEST(CAST(? AS VARCHAR ARRAY)) AS q(name)"
                        + " WHERE EXISTS (SELECT 1 FROM sb_delivery d WHERE d.queue = q.name AND d.claimed_by IS NULL"
                        + " AND d.not_before <= " + now() + ")")) {
            look.setArray(1, connection.createArrayOf("varchar", names.toArray()));
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    due.add(row.getString(1));
                }
            }
        }
        return due;
    }

    /**
     * Takes rows of a share group for a session; those that another member holds are passed over.
     *
     * @param lightOnly those that need no credit, and no others
     */
    List<ClaimedRow> claim(Connection connection, String queue, String session, boolean lightOnly, int limit)
            throws SQLException {
        List<ClaimedRow> rows;
        try (PreparedStatement look = connection.prepareStatement(QueueLook.COLUMNS
                + " FROM sb_delivery d JOIN sb_message m ON m.seq = d.seq WHERE d.queue = ? AND d.not_before <= "
                + now() + " AND d.claimed_by IS NULL" + (lightOnly ? " AND d.qos = 0" : "")
                + " ORDER BY d.priority DESC, d.seq LIMIT ? "
                + database.dialect().skipLocked())) {
            look.setString(1, queue);
            look.setInt(2, limit);
            rows = QueueLook.rows(look, queue);
        }
        if (!rows.isEmpty()) {
            mark(connection, queue, session, rows);
        }
        return rows;
    }

    private static void mark(Connection connection, String queue, String session, List<ClaimedRow> rows)
            throws SQLException {
        try (PreparedStatement mark =
                connection.prepareStatement("UPDATE sb_delivery SET claimed_by = ? WHERE queue = ? AND seq = ANY(?)")) {
            mark.setString(1, session);
            mark.setString(2, queue);
            mark.setArray(
                    3, bigints(connection, rows.stream().map(row -> row.claim().sequence())));
            mark.executeUpdate();
        }
    }

    void delete(Connection connection, Collection<Claim> claims) throws SQLException {
        Map<String, List<Long>> byQueue = new HashMap<>();
        claims.forEach(claim -> byQueue.computeIfAbsent(claim.queue(), queue -> new ArrayList<>())
                .add(claim.sequence()));
        for (Map.Entry<String, List<Long>> queue : byQueue.entrySet()) {
            try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
                delete.setString(1, queue.getKey());
                delete.setLong(2, Collections.min(queue.getValue()));
                delete.setLong(3, Collections.max(queue.getValue()));
                delete.setArray(4, bigints(connection, queue.getValue().stream()));
                delete.executeUpdate();
            }
        }
    }

    /** What a session holds is free again. @param mayHaveBeenSeen its owner is gone without a word */
    void release(Connection connection, String session, boolean mayHaveBeenSeen) throws SQLException {
        try (PreparedStatement release = connection.prepareStatement("UPDATE sb_delivery SET claimed_by = NULL"
                + (mayHaveBeenSeen ? ", offered = TRUE" : "") + " WHERE claimed_by = ?")) {
            release.setString(1, session);
            release.executeUpdate();
        }
    }

    /**
     * After a claim whose answer was lost: rows that are marked as the session's and are not here are free again. Those
     * that need no credit stay as they are, since they may be delivered once at the most.
     */
    void releaseUnknown(Connection connection, String session, Set<Claim> known) throws SQLException {
        List<Claim> unknown = new ArrayList<>();
        try (PreparedStatement look =
                connection.prepareStatement("SELECT queue, seq FROM sb_delivery WHERE claimed_by = ? AND qos > 0")) {
            look.setString(1, session);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    Claim claim = new Claim(row.getString(1), row.getLong(2));
                    if (!known.contains(claim)) {
                        unknown.add(claim);
                    }
                }
            }
        }
        try (PreparedStatement release =
                connection.prepareStatement("UPDATE sb_delivery SET claimed_by = NULL WHERE queue = ? AND seq = ?")) {
            for (Claim claim : unknown) {
                release.setString(1, claim.queue());
                release.setLong(2, claim.sequence());
                release.addBatch();
            }
            release.executeBatch();
        }
    }

    /** What its subscriber has seen and not settled. */
    void remember(Connection connection, Map<Object, Remembered> left) throws SQLException {
        try (PreparedStatement note = connection.prepareStatement(
                "UPDATE sb_delivery SET offered = TRUE, delivery_id = ?, attempts = ? WHERE queue = ? AND seq = ?")) {
            for (Map.Entry<Object, Remembered> one : left.entrySet()) {
                if (one.getKey() instanceof Claim claim && one.getValue().offered()) {
                    boolean own = !isShared(claim.queue());
                    note.setInt(1, own ? one.getValue().id() : 0);
                    note.setInt(2, one.getValue().deliveryCount());
                    note.setString(3, claim.queue());
                    note.setLong(4, claim.sequence());
                    note.addBatch();
                }
            }
            note.executeBatch();
        }
    }

    Map<Object, Remembered> remembered(Connection connection, String queue) throws SQLException {
        Map<Object, Remembered> remembered = new HashMap<>();
        try (PreparedStatement look = connection.prepareStatement(
                "SELECT seq, delivery_id, attempts FROM sb_delivery WHERE queue = ? AND offered"
                        + " AND (delivery_id > 0 OR attempts > 0)")) {
            look.setString(1, queue);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    remembered.put(
                            new Claim(queue, row.getLong(1)), new Remembered(row.getInt(2), row.getInt(3), true));
                }
            }
        }
        return remembered;
    }

    /** Of a queue that is longer than its bounds, the oldest that are not known to be elsewhere. */
    List<Claim> beyond(Connection connection, String queue, Set<Claim> known, int messagesMax, long bytesMax)
            throws SQLException {
        List<Claim> beyond = new ArrayList<>();
        try (PreparedStatement look = connection.prepareStatement("SELECT seq FROM (SELECT seq,"
                + " ROW_NUMBER() OVER (ORDER BY seq DESC) AS place, SUM(size) OVER (ORDER BY seq DESC) AS bytes"
                + " FROM sb_delivery WHERE queue = ? AND seq <> ALL(?)) q WHERE place > ? OR bytes > ?")) {
            look.setString(1, queue);
            look.setArray(2, sequences(connection, queue, known));
            look.setInt(3, messagesMax);
            look.setLong(4, bytesMax);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    beyond.add(new Claim(queue, row.getLong(1)));
                }
            }
        }
        return beyond;
    }

    private static Array sequences(Connection connection, String queue, Set<Claim> known) throws SQLException {
        return bigints(
                connection,
                known.stream().filter(claim -> claim.queue().equals(queue)).map(Claim::sequence));
    }

    /** An array of this class goes to PostgreSQL in binary, and need not be read as text there. */
    static Array bigints(Connection connection, Stream<Long> numbers) throws SQLException {
        return connection.createArrayOf("bigint", numbers.toArray(Long[]::new));
    }

    /** The newest in the queue; 0 if it is empty. */
    long newest(Connection connection, String queue) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement("SELECT MAX(seq) FROM sb_delivery WHERE queue = ?")) {
            look.setString(1, queue);
            try (ResultSet row = look.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Up to this one, all may have been seen. */
    void mayHaveBeenSeen(Connection connection, String queue, long upTo) throws SQLException {
        try (PreparedStatement mark =
                connection.prepareStatement("UPDATE sb_delivery SET offered = TRUE WHERE queue = ? AND seq <= ?")) {
            mark.setString(1, queue);
            mark.setLong(2, upTo);
            mark.executeUpdate();
        }
    }

    void deleteQueue(Connection connection, String queue) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM sb_delivery WHERE queue = ?")) {
            delete.setString(1, queue);
            delete.executeUpdate();
        }
    }
}
