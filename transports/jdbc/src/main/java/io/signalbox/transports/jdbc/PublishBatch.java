package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.transport.Receipt.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transaction: numbers, messages, and a row for each queue that one is owed to. Run again after an outage it finds
 * out whether the time before was committed, so that no message is published twice.
 */
final class PublishBatch {
    private static final String INSERT_PLAIN = "INSERT INTO sb_message"
            + " (seq, time_millis, topic, qos, priority, size, fields, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String INSERT_ADDRESSED = "INSERT INTO sb_message"
            + " (seq, time_millis, topic, qos, priority, size, fields, payload, sender, addressee, publisher, message_id,"
            + " not_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final List<Outgoing> batch;
    private final Dialect dialect;
    private final long nowMillis;
    private final long windowMillis;
    private final Outcome[] outcomes;
    private final long[] sequences;
    private long base;
    final Set<String> queues = new HashSet<>();

    PublishBatch(List<Outgoing> batch, Dialect dialect, long nowMillis, long windowMillis) {
        this.batch = batch;
        this.dialect = dialect;
        this.nowMillis = nowMillis;
        this.windowMillis = windowMillis;
        outcomes = new Outcome[batch.size()];
        sequences = new long[batch.size()];
    }

    Outcome outcome(int index) {
        return outcomes[index];
    }

    /** Of the first, for a duplicate. */
    long sequence(int index) {
        return sequences[index];
    }

    @Nullable
    Void run(Connection connection) throws SQLException {
        if (base != 0 && committedBefore(connection)) {
            return null;
        }
        Arrays.fill(outcomes, Outcome.NO_SUBSCRIBERS);
        queues.clear();
        try (PreparedStatement gate =
                connection.prepareStatement("SELECT id FROM sb_gate WHERE id = 1 " + dialect.shareLock())) {
            gate.executeQuery().close();
        }
        base = nextBlock(connection);
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = base + i;
        }
        findDuplicates(connection);
        insert(connection);
        route(connection);
        return null;
    }

    private boolean committedBefore(Connection connection) throws SQLException {
        try (PreparedStatement look =
                connection.prepareStatement("SELECT seq FROM sb_message WHERE seq BETWEEN ? AND ? LIMIT 1")) {
            look.setLong(1, base);
            look.setLong(2, base + batch.size() - 1);
            try (ResultSet rows = look.executeQuery()) {
                return rows.next();
            }
        }
    }

    private long nextBlock(Connection connection) throws SQLException {
        try (PreparedStatement next = connection.prepareStatement(dialect.nextBlock());
                ResultSet rows = next.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void findDuplicates(Connection connection) throws SQLException {
        Map<String, Integer> firstOf = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            String key = batch.get(i).key();
            if (key != null) {
                firstOf.putIfAbsent(key, i);
            }
        }
        if (firstOf.isEmpty()) {
            return;
        }
        Map<String, Long> seen = seen(connection, firstOf.keySet());
        for (int i = 0; i < batch.size(); i++) {
            String key = batch.get(i).key();
            int first = key == null ? i : firstOf.getOrDefault(key, i);
            Long before = key == null ? null : seen.get(key);
            if (before != null || first != i) {
                duplicate(i, before != null ? before : sequences[first]);
            }
        }
        try (PreparedStatement forget = connection.prepareStatement("DELETE FROM sb_seen WHERE key_text = ?");
                PreparedStatement note = connection.prepareStatement(
                        "INSERT INTO sb_seen (key_text, seq, time_millis) VALUES (?, ?, ?)")) {
            for (Map.Entry<String, Integer> fresh : firstOf.entrySet()) {
                if (!seen.containsKey(fresh.getKey())) {
                    forget.setString(1, fresh.getKey());
                    forget.addBatch();
                    note.setString(1, fresh.getKey());
                    note.setLong(2, sequences[fresh.getValue()]);
                    note.setLong(3, nowMillis);
                    note.addBatch();
                }
            }
            forget.executeBatch();
            note.executeBatch();
        }
    }

    private void duplicate(int index, long ofSequence) {
        outcomes[index] = Outcome.DUPLICATE;
        sequences[index] = ofSequence;
    }

    private Map<String, Long> seen(Connection connection, Set<String> keys) throws SQLException {
        Map<String, Long> seen = new HashMap<>();
        try (PreparedStatement look = connection.prepareStatement(
                "SELECT key_text, seq FROM sb_seen WHERE key_text = ANY(?) AND time_millis > ?")) {
            look.setArray(1, connection.createArrayOf("varchar", keys.toArray()));
            look.setLong(2, nowMillis - windowMillis);
            try (ResultSet rows = look.executeQuery()) {
                while (rows.next()) {
                    seen.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return seen;
    }

    /** A message without addresses, which most are, has few parameters; runs of them go together. */
    private void insert(Connection connection) throws SQLException {
        try (PreparedStatement plain = connection.prepareStatement(INSERT_PLAIN);
                PreparedStatement addressed = connection.prepareStatement(INSERT_ADDRESSED)) {
            for (int i = 0; i < batch.size(); i++) {
                if (outcomes[i] != Outcome.DUPLICATE) {
                    Outgoing out = batch.get(i);
                    PreparedStatement insert = isPlain(out) ? plain : addressed;
                    bind(insert, out.message(), sequences[i]);
                    if (insert == addressed) {
                        bindAddresses(insert, out);
                    }
                    insert.addBatch();
                }
            }
            plain.executeBatch();
            addressed.executeBatch();
        }
    }

    private static boolean isPlain(Outgoing out) {
        return out.message().properties() == MessageProperties.NONE
                && out.session() == null
                && out.notBeforeMillis() == 0;
    }

    private void bind(PreparedStatement insert, Message message, long sequence) throws SQLException {
        Map<String, String> fields = MessageFields.map(message);
        fields.remove(FieldNames.TOPIC); // it has a column
        insert.setLong(1, sequence);
        insert.setLong(2, nowMillis);
        insert.setString(3, message.topic().text());
        insert.setInt(4, message.guarantee().qos());
        insert.setInt(5, message.priority());
        insert.setInt(6, message.sizeBytes());
        insert.setString(7, fields.isEmpty() ? "{}" : FieldsJson.write(fields));
        insert.setBytes(8, message.payload());
    }

    private static void bindAddresses(PreparedStatement insert, Outgoing out) throws SQLException {
        MessageProperties properties = out.message().properties();
        insert.setString(9, properties.from());
        insert.setString(10, properties.to());
        insert.setString(11, out.session());
        insert.setString(12, properties.id());
        insert.setLong(13, out.notBeforeMillis());
    }

    private void route(Connection connection) throws SQLException {
        try (PreparedStatement route =
                connection.prepareStatement(dialect.returningQueues(Routing.insertDeliveries(dialect)))) {
            for (int i = 1; i <= 4; i += 2) {
                route.setLong(i, base);
                route.setLong(i + 1, base + batch.size() - 1);
            }
            try (ResultSet rows = route.executeQuery()) {
                while (rows.next()) {
                    queues.add(rows.getString(1));
                    outcomes[(int) (rows.getLong(2) - base)] = Outcome.ROUTED;
                }
            }
        }
    }
}
