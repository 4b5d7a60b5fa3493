package io.signalbox.transports.jdbc;

import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt.Outcome;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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
    private final List<Outgoing> batch;
    private final Database database;
    private final long owner;
    private final long notBeforeMillis;
    private final long windowMillis;
    private final Outcome[] outcomes;
    private final long[] sequences;
    private long base;
    private long nowMillis;
    private Durability durability = Durability.NONE;
    final Set<String> queues = new HashSet<>();

    /**
     * @param owner who publishes, for those who hear of it
     * @param notBeforeMillis the time of the batch before: this one's is no earlier
     */
    PublishBatch(List<Outgoing> batch, Database database, long owner, long notBeforeMillis, long windowMillis) {
        this.batch = batch;
        this.owner = owner;
        this.database = database;
        this.notBeforeMillis = notBeforeMillis;
        this.windowMillis = windowMillis;
        outcomes = new Outcome[batch.size()];
        sequences = new long[batch.size()];
    }

    Outcome outcome(int index) {
        return outcomes[index];
    }

    /** By the database's clock. */
    long timeMillis() {
        return nowMillis;
    }

    /** What the commit was worth. */
    Durability durability() {
        return durability;
    }

    /** Of the first, for a duplicate. */
    long sequence(int index) {
        return sequences[index];
    }

    @Nullable
    Void run(Connection connection) throws SQLException {
        if (base != 0) {
            // Alone at the gate, so that the time before, if the server still runs it, has ended one way or the other.
            database.dialect().closeGate(connection);
            if (committedBefore(connection)) {
                return null;
            }
        }
        Arrays.fill(outcomes, Outcome.NO_SUBSCRIBERS);
        queues.clear();
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
        try (PreparedStatement next =
                connection.prepareStatement(database.dialect().nextBlock(database.now()))) {
            Wakeups.putNews(next, database, owner);
            try (ResultSet rows = next.executeQuery()) {
                rows.next();
                nowMillis = Math.max(notBeforeMillis, rows.getLong(2));
                durability = Durability.valueOf(rows.getString(3));
                database.durability(durability);
                return rows.getLong(1);
            }
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

    private void insert(Connection connection) throws SQLException {
        List<MessageRows.Row> rows = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            if (outcomes[i] != Outcome.DUPLICATE) {
                rows.add(new MessageRows.Row(sequences[i], batch.get(i)));
            }
        }
        MessageRows.insert(connection, database.dialect(), rows, nowMillis);
    }

    private void route(Connection connection) throws SQLException {
        Dialect dialect = database.dialect();
        try (PreparedStatement route =
                connection.prepareStatement(dialect.returningQueues(Routing.insertDeliveries(dialect)))) {
            dialect.planEachTime(route);
            for (int i = 1; i <= 2 * Routing.RANGES; i += 2) {
                route.setLong(i, base);
                route.setLong(i + 1, base + batch.size() - 1);
            }
            try (ResultSet rows = route.executeQuery()) {
                while (rows.next()) {
                    queues.add(rows.getString(1));
                    routed(rows);
                }
            }
        }
    }

    private void routed(ResultSet run) throws SQLException {
        Array scattered = run.getArray(4);
        if (scattered == null) {
            Arrays.fill(outcomes, (int) (run.getLong(2) - base), (int) (run.getLong(3) - base) + 1, Outcome.ROUTED);
        } else {
            for (Object number : (Object[]) scattered.getArray()) {
                outcomes[(int) (((Number) number).longValue() - base)] = Outcome.ROUTED;
            }
        }
    }
}
