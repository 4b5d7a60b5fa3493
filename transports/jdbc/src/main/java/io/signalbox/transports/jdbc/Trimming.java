package io.signalbox.transports.jdbc;

import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.jdbc.DeadLetterRows.Dying;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Keeps the queues of sessions within their bounds; what a full queue cannot hold is dropped or dead, the oldest first. */
final class Trimming {
    private static final String OVERFULL = "SELECT o.name, o.messages_max, o.bytes_max, o.overflow"
            + " FROM sb_session o JOIN sb_delivery d ON d.queue = 's:' || o.name"
            + " WHERE o.overflow IN ('DROP_OLDEST', 'DEAD_LETTER') AND %s"
            + " GROUP BY o.name, o.messages_max, o.bytes_max, o.overflow"
            + " HAVING COUNT(*) > o.messages_max OR SUM(d.size) > o.bytes_max";

    private Trimming() {}

    /** A session whose queue is longer than it may be. */
    record Overfull(String session, int messagesMax, long bytesMax, OverflowPolicy overflow) {}

    /** Of the sessions that are nobody's now. */
    static List<Overfull> ofNobody(Connection connection) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(String.format(OVERFULL, "o.owner IS NULL"))) {
            return overfull(look);
        }
    }

    /** Of the sessions of this node; what their subscribers hold is counted too. */
    static List<Overfull> of(Connection connection, long owner) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(String.format(OVERFULL, "o.owner = ?"))) {
            look.setLong(1, owner);
            return overfull(look);
        }
    }

    static List<Overfull> of(Connection connection, String session) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(String.format(OVERFULL, "o.name = ?"))) {
            look.setString(1, session);
            return overfull(look);
        }
    }

    private static List<Overfull> overfull(PreparedStatement look) throws SQLException {
        List<Overfull> overfull = new ArrayList<>();
        try (ResultSet row = look.executeQuery()) {
            while (row.next()) {
                overfull.add(new Overfull(
                        row.getString(1), row.getInt(2), row.getLong(3), OverflowPolicy.valueOf(row.getString(4))));
            }
        }
        return overfull;
    }

    /**
     * @param known what the subscriber holds, or has settled: it is not in the queue any more
     * @return how many did not fit
     */
    static int cut(Connection connection, QueueRows queues, Overfull one, Set<Claim> known, Database database)
            throws SQLException {
        List<Claim> beyond =
                queues.beyond(connection, QueueRows.own(one.session()), known, one.messagesMax(), one.bytesMax());
        if (one.overflow() == OverflowPolicy.DEAD_LETTER) {
            List<Dying> dying = new ArrayList<>();
            String detail = "the queue holds " + one.messagesMax() + " messages and " + one.bytesMax() + " bytes";
            beyond.forEach(claim -> dying.add(new Dying(claim, one.session(), DeadReason.OVERFLOW, detail, 0)));
            DeadLetterRows.add(connection, dying, database);
        }
        queues.delete(connection, beyond);
        return beyond.size();
    }
}
