package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.MessageFields;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows of {@code sb_message}, many at a time: by COPY where the database has it, by a batch of inserts elsewhere. */
final class MessageRows {
    private static final String COLUMNS = " (seq, time_millis, topic, qos, priority, size, fields, payload, sender,"
            + " addressee, publisher, message_id, not_before)";
    private static final int COLUMNS_COUNT = 13;

    /** Fewer are quicker by insert, which the server has prepared. */
    private static final int COPY_MIN = 8;

    /** "PGCOPY", a signature that line ends cannot survive, no flags, no extension (PostgreSQL, COPY, File Formats). */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

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
        byte[] bytes = encode(rows, nowMillis);
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY sb_message" + COLUMNS + " FROM STDIN (FORMAT binary)");
        try {
            copy.writeToCopy(bytes, 0, bytes.length);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** Each row: the number of its columns in 2 bytes; each column: its length in 4, and as many bytes. */
    static byte[] encode(List<Row> rows, long nowMillis) {
        int payloads = rows.stream()
                .mapToInt(row -> row.out().message().payload().length)
                .sum();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(payloads + 192 * rows.size() + 64);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(HEADER);
            for (Row row : rows) {
                encode(out, row, nowMillis);
            }
            out.writeShort(-1);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void encode(DataOutputStream out, Row row, long nowMillis) throws IOException {
        Message message = row.out().message();
        MessageProperties properties = message.properties();
        out.writeShort(COLUMNS_COUNT);
        bigint(out, row.sequence());
        bigint(out, nowMillis);
        text(out, message.topic().text());
        smallint(out, message.guarantee().qos());
        smallint(out, message.priority());
        out.writeInt(Integer.BYTES);
        out.writeInt(message.sizeBytes());
        text(out, row.fields());
        bytes(out, message.payload());
        text(out, properties.from());
        text(out, properties.to());
        text(out, row.out().session());
        text(out, properties.id());
        bigint(out, row.out().notBeforeMillis(nowMillis));
    }

    private static void bigint(DataOutputStream out, long number) throws IOException {
        out.writeInt(Long.BYTES);
        out.writeLong(number);
    }

    private static void smallint(DataOutputStream out, int number) throws IOException {
        out.writeInt(Short.BYTES);
        out.writeShort(number);
    }

    private static void text(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
        } else {
            bytes(out, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
