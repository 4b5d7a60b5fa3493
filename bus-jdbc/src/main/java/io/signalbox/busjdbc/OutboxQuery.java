package io.signalbox.busjdbc;

import io.signalbox.bus.remote.Outbox.Paused;
import io.signalbox.topic.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * The oldest rows that may be sent. What is paused for its topic is left out, and so is what follows it in its key,
 * whatever topic that has: to leave out these topics alone would turn the order of the key round.
 */
final class OutboxQuery {
    private final StringBuilder sql = new StringBuilder("SELECT o.position, o.fields, o.payload FROM bus_outbox o");
    private final List<Object> parameters = new ArrayList<>();

    record Row(long position, String fields, byte[] payload) {}

    OutboxQuery(Paused without, int limit) {
        List<String> topics = without.topics().stream().map(Topic::text).toList();
        sql.append(" WHERE o.set_aside IS NULL");
        if (!without.numbers().isEmpty()) {
            sql.append(" AND (o.ordering_key IS NOT NULL OR o.position NOT IN ");
            list(without.numbers());
            sql.append(')');
        }
        if (!without.keys().isEmpty()) {
            sql.append(" AND (o.ordering_key IS NULL OR o.ordering_key NOT IN ");
            list(without.keys());
            sql.append(')');
        }
        if (!topics.isEmpty()) {
            sql.append(" AND o.topic NOT IN ");
            list(topics);
        }
        sql.append(" AND (o.ordering_key IS NULL OR NOT EXISTS (SELECT 1 FROM bus_outbox b"
                + " WHERE b.ordering_key = o.ordering_key AND b.position < o.position AND (b.set_aside IS NOT NULL");
        if (!topics.isEmpty()) {
            sql.append(" OR b.topic IN ");
            list(topics);
        }
        sql.append("))) ORDER BY o.position LIMIT ?");
        parameters.add(limit);
    }

    private void list(Collection<?> values) {
        sql.append('(')
                .append(String.join(", ", Collections.nCopies(values.size(), "?")))
                .append(')');
        parameters.addAll(values);
    }

    List<Row> run(Connection connection) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement look = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < parameters.size(); i++) {
                look.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(row.getLong(1), row.getString(2), row.getBytes(3)));
                }
            }
        }
        return rows;
    }
}
