package io.signalbox.transports.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How rows of a queue are read with their messages. A look brings a bounded number of bytes, and what the messages weigh is
 * known only when they are found. A running sum in SQL would cost each of them a tenth of all that it costs; so light ones,
 * of which there may be as many as a look has, come at once, and heavy ones are asked for when it is known which.
 */
final class QueueLook {
    /** Above it a message is heavy: a look for a thousand brings eight megabytes at most. */
    static final int HEAVY_BYTES = 8 << 10;

    /** What is as usual is null, which is neither sent nor read. */
    private static final String STATE = "SELECT d.seq, d.qos, NULLIF(d.offered, FALSE), NULLIF(d.attempts, 0),"
            + " NULLIF(d.delivery_id, 0), d.size, m.publisher, ";

    private static final String FIELDS = "NULLIF(m.fields, '" + FieldsJson.NONE + "')";

    /** Of a delivery {@code d} and its message {@code m}, whatever that weighs. */
    static final String COLUMNS = STATE + "m.topic, " + FIELDS + ", m.payload";

    private static final byte[] NOT_LOADED = {};

    private QueueLook() {}

    /** To be run by a transaction that goes by index, or the whole queue may be read for it. */
    static String text(String now, boolean lightOnly) {
        return STATE + ifLight("m.topic") + ", " + ifLight(FIELDS) + ", " + ifLight("m.payload")
                + " FROM (SELECT o.* FROM sb_delivery o WHERE o.queue = ? AND o.not_before <= " + now
                + " AND o.claimed_by IS NULL AND o.seq <> ALL(?)" + (lightOnly ? " AND o.qos = 0" : "")
                + " ORDER BY o.priority DESC, o.seq LIMIT ?) d JOIN sb_message m ON m.seq = d.seq"
                + " ORDER BY d.priority DESC, d.seq";
    }

    private static String ifLight(String column) {
        return "CASE WHEN d.size <= " + HEAVY_BYTES + " THEN " + column + " END";
    }

    /** Heavy ones without their messages. */
    static List<ClaimedRow> at(
            Connection connection, String now, String queue, Array known, boolean lightOnly, int limit)
            throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(text(now, lightOnly))) {
            look.setString(1, queue);
            look.setArray(2, known);
            look.setInt(3, limit);
            return rows(look, queue);
        }
    }

    static List<ClaimedRow> rows(PreparedStatement look, String queue) throws SQLException {
        List<ClaimedRow> rows = new ArrayList<>();
        try (ResultSet row = look.executeQuery()) {
            while (row.next()) {
                rows.add(new ClaimedRow(
                        new Claim(queue, row.getLong(1)),
                        row.getInt(2) > 0,
                        row.getBoolean(3),
                        row.getInt(4),
                        row.getInt(5),
                        row.getString(7),
                        Objects.requireNonNullElse(row.getString(8), ClaimedRow.NOT_LOADED),
                        Objects.requireNonNullElse(row.getString(9), FieldsJson.NONE),
                        Objects.requireNonNullElse(row.getBytes(10), NOT_LOADED),
                        row.getInt(6)));
            }
        }
        return rows;
    }

    /** With all their messages: those that fit, and the first whatever it weighs. */
    static List<ClaimedRow> within(Connection connection, List<ClaimedRow> rows, long bytesMax) throws SQLException {
        List<Long> heavy = new ArrayList<>();
        long bytes = 0;
        int fitting = 0;
        while (fitting < rows.size() && bytes < bytesMax) {
            ClaimedRow row = rows.get(fitting++);
            bytes += row.sizeBytes();
            if (!row.isLoaded()) {
                heavy.add(row.claim().sequence());
            }
        }
        List<ClaimedRow> found = rows.subList(0, fitting);
        return heavy.isEmpty() ? found : loaded(found, messages(connection, heavy));
    }

    /** Without those that are gone meanwhile. */
    private static List<ClaimedRow> loaded(List<ClaimedRow> rows, Map<Long, Heavy> messages) {
        List<ClaimedRow> loaded = new ArrayList<>(rows.size());
        for (ClaimedRow row : rows) {
            Heavy message = messages.get(row.claim().sequence());
            if (row.isLoaded()) {
                loaded.add(row);
            } else if (message != null) {
                loaded.add(row.with(message.topic, message.fields, message.payload));
            }
        }
        return loaded;
    }

    private record Heavy(String topic, String fields, byte[] payload) {}

    private static Map<Long, Heavy> messages(Connection connection, List<Long> sequences) throws SQLException {
        Map<Long, Heavy> messages = new HashMap<>();
        try (PreparedStatement load = connection.prepareStatement(
                "SELECT m.seq, m.topic, m.fields, m.payload FROM sb_message m WHERE m.seq = ANY(?)")) {
            load.setArray(1, QueueRows.bigints(connection, sequences.stream()));
            try (ResultSet row = load.executeQuery()) {
                while (row.next()) {
                    messages.put(row.getLong(1), new Heavy(row.getString(2), row.getString(3), row.getBytes(4)));
                }
            }
        }
        return messages;
    }
}
