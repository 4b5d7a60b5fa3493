package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.MessageFields;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows of {@code sb_message}, many at a time: by COPY where the database has it, by a batch of inserts elsewhere. */
final class MessageRows {
    private static final String COLUMNS = " (seq, time_millis, topic, qos, priority, size, fields, payload, sender,"
            + " addressee, publisher, message_id, not_before)";
    private static final int COLUMNS_COUNT = 13;

    /** Fewer are quicker by insert, which the server has prepared. */
    private static final int COPY_MIN = 8;

    private MessageRows() {}

    /** @param sequence its number */
    record Row(long sequence, Outgoing out) {
        String fields() {
            Map<String, String> fields = MessageFields.map(out.message());
            fields.remove(FieldNames.TOPIC); // it has a column
            return fields.isEmpty() ? FieldsJson.NONE : FieldsJson.write(fields);
        }
    }

    static void insert(Connection connection, Dialect dialect, List<Row> rows, long nowMillis) throws SQLException {
        if (dialect == Dialect.POSTGRESQL && rows.size() >= COPY_MIN) {
            copy(connection, rows, nowMillis);
        } else if (!rows.isEmpty()) {
            insertEach(connection, rows, nowMillis);
        }
    }

    private static void insertEach(Connection connection, List<Row> rows, long nowMillis) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO sb_message" + COLUMNS + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Row row : rows) {
                Message message = row.out().message();
                MessageProperties properties = message.properties();
                insert.setLong(1, row.sequence());
                insert.setLong(2, nowMillis);
                insert.setString(3, message.topic().text());
                insert.setInt(4, message.guarantee().qos());
                insert.setInt(5, message.priority());
                insert.setInt(6, message.sizeBytes());
                insert.setString(7, row.fields());
                insert.setBytes(8, message.payload());
                insert.setString(9, properties.from());
                insert.setString(10, properties.to());
                insert.setString(11, row.out().session());
                insert.setString(12, properties.id());
                insert.setLong(13, row.out().notBeforeMillis(nowMillis));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void copy(Connection connection, List<Row> rows, long nowMillis) throws SQLException {
        CopyBuffer encoded = encode(rows, nowMillis);
        byte[] bytes = encoded.end();
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY sb_message" + COLUMNS + " FROM STDIN (FORMAT binary)");
        try {
            copy.writeToCopy(bytes, 0, encoded.size());
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static CopyBuffer encode(List<Row> rows, long nowMillis) {
        int payloads = rows.stream()
                .mapToInt(row -> row.out().message().payload().length)
                .sum();
        CopyBuffer out = new CopyBuffer(payloads + 192 * rows.size() + 64);
        for (Row row : rows) {
            encode(out, row, nowMillis);
        }
        return out;
    }

    private static void encode(CopyBuffer out, Row row, long nowMillis) {
        Message message = row.out().message();
        MessageProperties properties = message.properties();
        out.row(COLUMNS_COUNT);
        out.bigint(row.sequence());
        out.bigint(nowMillis);
        out.text(message.topic().text());
        out.smallint(message.guarantee().qos());
        out.smallint(message.priority());
        out.integer(message.sizeBytes());
        out.text(row.fields());
        out.bytes(message.payload());
        out.text(properties.from());
        out.text(properties.to());
        out.text(row.out().session());
        out.text(properties.id());
        out.bigint(row.out().notBeforeMillis(nowMillis));
    }
}
