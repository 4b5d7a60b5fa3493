package io.signalbox.transports.jdbc.outbox;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Transport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what is in the outbox, in its order, and deletes each row in the transaction that held it: at least once,
 * with the row's id as message id. Any number of relays may run: they wait for each other at the oldest row, which is
 * what keeps the order.
 */
public final class OutboxRelay {
    private static final Logger LOGGER = LoggerFactory.getLogger(OutboxRelay.class);

    private final DataSource dataSource;
    private final String table;
    private final Transport target;
    private final OutboxMapping mapping;
    private final int batchMax;

    public OutboxRelay(DataSource dataSource, String schema, Transport target, OutboxMapping mapping, int batchMax) {
        this.dataSource = dataSource;
        table = schema + ".outbox";
        this.target = target;
        this.mapping = mapping;
        this.batchMax = batchMax;
    }

    /**
     * One batch. What the transport refuses stays, with everything after it.
     *
     * @return how many were published
     */
    public int run() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                List<OutboxEvent> events = oldest(connection);
                int published = publish(events);
                delete(connection, events.subList(0, published));
                connection.commit();
                return published;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    private List<OutboxEvent> oldest(Connection connection) throws SQLException {
        List<OutboxEvent> events = new ArrayList<>();
        try (PreparedStatement look = connection.prepareStatement("SELECT id, aggregatetype, aggregateid, type, payload"
                + " FROM " + table + " ORDER BY position LIMIT ? FOR UPDATE")) {
            look.setInt(1, batchMax);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    events.add(new OutboxEvent(
                            row.getObject(1, UUID.class),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getBytes(5)));
                }
            }
        }
        return events;
    }

    /** All at once, since a transport keeps the order of one caller; up to the first that was refused they count. */
    private int publish(List<OutboxEvent> events) {
        List<CompletableFuture<Receipt>> answers = new ArrayList<>();
        for (OutboxEvent event : events) {
            answers.add(target.publish(mapping.map(event)).toCompletableFuture());
        }
        int published = 0;
        for (CompletableFuture<Receipt> answer : answers) {
            try {
                answer.join();
                published++;
            } catch (CompletionException e) {
                if (e.getCause() instanceof SignalboxException refusal) {
                    LOGGER.warn(
                            "{} refused an event of the outbox, which waits with those behind it: {}",
                            target.name(),
                            refusal.getMessage());
                    break;
                }
                throw e;
            }
        }
        return published;
    }

    private void delete(Connection connection, List<OutboxEvent> events) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE id = ?")) {
            for (OutboxEvent event : events) {
                delete.setObject(1, event.id());
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }
}
