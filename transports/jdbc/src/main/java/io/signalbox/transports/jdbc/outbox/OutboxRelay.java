package io.signalbox.transports.jdbc.outbox;

import io.signalbox.transport.Receipt;
import io.signalbox.transport.Transport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /** A transport that does not answer at all must not hold the rows for ever. */
    private static final long ANSWER_SECONDS_MAX = 30;

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
     * One batch: an event of an aggregate goes when the one before it is taken, those of different aggregates go side by
     * side. What the transport refuses, does not answer, or the mapping cannot map stays, with all of its aggregate that
     * comes after it.
     *
     * @return how many were published
     */
    public int run() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                List<OutboxEvent> published = publish(oldest(connection));
                delete(connection, published);
                connection.commit();
                return published.size();
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

    private List<OutboxEvent> publish(List<OutboxEvent> events) {
        List<OutboxEvent> published = new ArrayList<>();
        Map<String, Deque<OutboxEvent>> byAggregate = new LinkedHashMap<>();
        for (OutboxEvent event : events) {
            byAggregate
                    .computeIfAbsent(event.aggregateType() + '\0' + event.aggregateId(), key -> new ArrayDeque<>())
                    .add(event);
        }
        Collection<Deque<OutboxEvent>> waiting = byAggregate.values();
        while (!waiting.isEmpty()) {
            Map<Deque<OutboxEvent>, CompletableFuture<Receipt>> round = new IdentityHashMap<>();
            waiting.forEach(ofOne -> round.put(ofOne, publish(ofOne.getFirst())));
            waiting.removeIf(ofOne -> {
                boolean taken = isTaken(ofOne.getFirst(), Objects.requireNonNull(round.get(ofOne)));
                if (taken) {
                    published.add(ofOne.removeFirst());
                }
                return !taken || ofOne.isEmpty();
            });
        }
        return published;
    }

    private CompletableFuture<Receipt> publish(OutboxEvent event) {
        try {
            return target.publish(mapping.map(event)).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean isTaken(OutboxEvent event, CompletableFuture<Receipt> answer) {
        try {
            answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.warn(
                    "{} did not take event {} of the outbox, which waits with those of {} {} behind it: {}",
                    target.name(),
                    event.id(),
                    event.aggregateType(),
                    event.aggregateId(),
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
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
