package io.signalbox.transports.jdbc.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Writes events in the caller's own transaction: they are published if it commits, and never otherwise. */
public final class Outbox {
    private final String table;

    /** @param schema of the transport's tables */
    public Outbox(String schema) {
        table = schema + ".outbox";
    }

    public void append(Connection connection, OutboxEvent event) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + table + " (id, aggregatetype, aggregateid, type, payload) VALUES (?, ?, ?, ?, ?)")) {
            insert.setObject(1, event.id());
            insert.setString(2, event.aggregateType());
            insert.setString(3, event.aggregateId());
            insert.setString(4, event.type());
            insert.setBytes(5, event.payload());
            insert.executeUpdate();
        }
    }
}
