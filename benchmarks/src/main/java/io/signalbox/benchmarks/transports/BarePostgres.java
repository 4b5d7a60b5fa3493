package io.signalbox.benchmarks.transports;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A queue in a table as one writes it with plain JDBC: a message and who is owed it, SKIP LOCKED, delete. */
final class BarePostgres implements Contender {
    private static final int BATCH_MAX = 1_000;

    private final Connection connection;
    private final String schema;
    private long number;

    BarePostgres(String url, String schema) throws SQLException {
        this.schema = schema;
        connection = DriverManager.getConnection(url + "&reWriteBatchedInserts=true");
        connection.setAutoCommit(false);
        try (Statement tables = connection.createStatement()) {
            tables.execute("CREATE SCHEMA " + schema);
            tables.execute("SET search_path TO " + schema);
            // Or it reads the whole queue for each look, as its statistics are of when the queue was short.
            tables.execute("SET enable_bitmapscan TO OFF");
            tables.execute("SET enable_seqscan TO OFF");
            tables.execute("SET jit TO OFF");
            tables.execute("CREATE TABLE message (id BIGINT PRIMARY KEY, topic TEXT NOT NULL,"
                    + " time_millis BIGINT NOT NULL, headers TEXT NOT NULL, payload BYTEA NOT NULL)");
            tables.execute("CREATE INDEX ON message (topic, id)");
            tables.execute("CREATE INDEX ON message (time_millis)");
            tables.execute("CREATE TABLE queue (name TEXT, id BIGINT REFERENCES message,"
                    + " priority SMALLINT NOT NULL, PRIMARY KEY (name, id))");
            tables.execute("CREATE INDEX ON queue (name, priority DESC, id)");
            tables.execute("CREATE INDEX ON queue (id)");
        }
        connection.commit();
    }

    @Override
    public String name() {
        return "plain JDBC";
    }

    @Override
    public void publish(int messages, byte[] payload, int window) throws SQLException {
        insert(messages, payload, BATCH_MAX);
    }

    /** Each in a transaction of its own. */
    void publishSingly(int messages, byte[] payload) throws SQLException {
        insert(messages, payload, 1);
    }

    private void insert(int messages, byte[] payload, int batch) throws SQLException {
        try (PreparedStatement message = connection.prepareStatement(
                        "INSERT INTO message (id, topic, time_millis, headers, payload) VALUES (?, ?, ?, ?, ?)");
                PreparedStatement queue =
                        connection.prepareStatement("INSERT INTO queue (name, id, priority) VALUES (?, ?, ?)")) {
            for (int i = 1; i <= messages; i++) {
                number++;
                message.setLong(1, number);
                message.setString(2, "bench/topic");
                message.setLong(3, number);
                message.setString(4, "{\"sb-topic\":\"bench/topic\"}");
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
    }

    @Override
    public long consume(int messages, int credit) throws SQLException {
        long began = System.nanoTime();
        int left = messages;
        Tally tally = new Tally();
        while (left > 0) {
            List<Long> ids = new ArrayList<>();
            try (Statement relax = connection.createStatement()) {
                relax.execute("SET LOCAL synchronous_commit TO OFF"); // what a power cut undoes comes again
            }
            try (PreparedStatement look = connection.prepareStatement("SELECT q.id, m.topic, m.headers, m.payload"
                    + " FROM queue q JOIN message m ON m.id = q.id WHERE q.name = 'consumer'"
                    + " ORDER BY q.priority DESC, q.id LIMIT ? FOR UPDATE OF q SKIP LOCKED")) {
                look.setInt(1, credit);
                try (ResultSet row = look.executeQuery()) {
                    while (row.next()) {
                        ids.add(row.getLong(1));
                        tally.handle(row.getString(2) + row.getString(3), row.getBytes(4));
                    }
                }
            }
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM queue WHERE name = 'consumer' AND id = ANY(?)")) {
                delete.setArray(1, connection.createArrayOf("bigint", ids.toArray(Long[]::new)));
                delete.executeUpdate();
            }
            connection.commit();
            left -= ids.size();
        }
        tally.demand(messages);
        return System.nanoTime() - began;
    }

    @Override
    public void close() throws SQLException {
        try (Statement all = connection.createStatement()) {
            all.execute("DROP SCHEMA " + schema + " CASCADE");
        }
        connection.commit();
        connection.close();
    }
}
