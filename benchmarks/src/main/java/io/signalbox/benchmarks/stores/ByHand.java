package io.signalbox.benchmarks.stores;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A queue in a table as one would write it with plain JDBC: a message and who is owed it, SKIP LOCKED, delete. */
final class ByHand implements AutoCloseable {
    private final Connection connection;
    private final byte[] payload;
    private long number;

    ByHand(String url, int payloadBytes) throws SQLException {
        connection = DriverManager.getConnection(url + (url.contains("?") ? "&" : "?") + "reWriteBatchedInserts=true");
        connection.setAutoCommit(false);
        payload = new byte[payloadBytes];
        try (Statement tables = connection.createStatement()) {
            tables.execute("DROP SCHEMA IF EXISTS by_hand CASCADE");
            tables.execute("CREATE SCHEMA by_hand");
            tables.execute("CREATE TABLE by_hand.message (id BIGINT PRIMARY KEY, topic TEXT NOT NULL,"
                    + " time_millis BIGINT NOT NULL, headers TEXT NOT NULL, payload BYTEA NOT NULL)");
            tables.execute("CREATE INDEX ON by_hand.message (topic, id)");
            tables.execute("CREATE INDEX ON by_hand.message (time_millis)");
            tables.execute("CREATE TABLE by_hand.queue (name TEXT, id BIGINT REFERENCES by_hand.message,"
                    + " priority SMALLINT NOT NULL, PRIMARY KEY (name, id))");
            tables.execute("CREATE INDEX ON by_hand.queue (name, priority DESC, id)");
            tables.execute("CREATE INDEX ON by_hand.queue (id)");
        }
        connection.commit();
    }

    /** @return nanoseconds */
    long publish(int messages, int batch) throws SQLException {
        long began = System.nanoTime();
        try (PreparedStatement message = connection.prepareStatement(
                        "INSERT INTO by_hand.message (id, topic, time_millis, headers, payload) VALUES (?, ?, ?, ?, ?)");
                PreparedStatement queue = connection.prepareStatement(
                        "INSERT INTO by_hand.queue (name, id, priority) VALUES (?, ?, ?)")) {
            for (int i = 1; i <= messages; i++) {
                number++;
                message.setLong(1, number);
                message.setString(2, "bench/a");
                message.setLong(3, number);
                message.setString(4, "{\"sb-topic\":\"bench/a\"}");
                message.setBytes(5, payload);
                message.addBatch();
                queue.setString(1, "consumer");
                queue.setLong(2, number);
                queue.setInt(3, 4);
                queue.addBatch();
                if (i % batch == 0 || i == messages) {
                    message.executeBatch();
                    queue.executeBatch();
                    connection.commit();
                }
            }
        }
        return System.nanoTime() - began;
    }

    /** @return nanoseconds */
    long consume(int messages) throws SQLException {
        long began = System.nanoTime();
        int left = messages;
        while (left > 0) {
            List<Long> ids = new ArrayList<>();
            try (PreparedStatement look = connection.prepareStatement("SELECT q.id, m.topic, m.headers, m.payload"
                    + " FROM by_hand.queue q JOIN by_hand.message m ON m.id = q.id WHERE q.name = 'consumer'"
                    + " ORDER BY q.priority DESC, q.id LIMIT 1000 FOR UPDATE OF q SKIP LOCKED")) {
                try (ResultSet row = look.executeQuery()) {
                    while (row.next()) {
                        ids.add(row.getLong(1));
                        left -= row.getBytes(4).length == payload.length ? 1 : 0;
                    }
                }
            }
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM by_hand.queue WHERE name = 'consumer' AND id = ANY(?)")) {
                delete.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
                delete.executeUpdate();
            }
            connection.commit();
        }
        return System.nanoTime() - began;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
