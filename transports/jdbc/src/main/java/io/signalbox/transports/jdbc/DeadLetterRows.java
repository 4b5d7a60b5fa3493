package io.signalbox.transports.jdbc;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Messages that could not be delivered, with the reason; their bytes stay as they were. */
final class DeadLetterRows {
    /** One on its way there. */
    record Dying(Claim claim, String session, DeadReason reason, String detail, int attempts) {}

    private DeadLetterRows() {}

    /** Moves them, in one transaction with the end of their deliveries. */
    static void add(Connection connection, List<Dying> dying, Database database) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO sb_dead_letter"
                + " (time_millis, queue, session, reason, detail, attempts, seq, topic, fields, payload)"
                + " SELECT " + database.now() + ", d.queue, CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR),"
                + " CAST(? AS INT), m.seq, m.topic, m.fields, m.payload"
                + " FROM sb_delivery d JOIN sb_message m ON m.seq = d.seq WHERE d.queue = ? AND d.seq = ?")) {
            for (Dying one : dying) {
                insert.setString(1, one.session());
                insert.setString(2, one.reason().text());
                insert.setString(3, one.detail());
                insert.setInt(4, one.attempts());
                insert.setString(5, one.claim().queue());
                insert.setLong(6, one.claim().sequence());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** The oldest; those whose fields cannot be read are passed over, and stay. */
    static List<Message> list(Connection connection, int max) throws SQLException {
        List<Message> letters = new ArrayList<>();
        Topics topics = new Topics(Topic::ofMqtt);
        try (PreparedStatement look =
                connection.prepareStatement("SELECT topic, fields, payload FROM sb_dead_letter ORDER BY id LIMIT ?")) {
            look.setInt(1, max);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    ClaimedRow letter = new ClaimedRow(
                            new Claim("", 0),
                            true,
                            true,
                            0,
                            0,
                            null,
                            row.getString(1),
                            row.getString(2),
                            row.getBytes(3),
                            0);
                    try {
                        letters.add(letter.message(topics));
                    } catch (SignalboxException e) {
                        continue;
                    }
                }
            }
        }
        return letters;
    }
}
