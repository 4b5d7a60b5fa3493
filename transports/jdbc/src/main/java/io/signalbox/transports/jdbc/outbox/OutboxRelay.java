package io.signalbox.transports.jdbc.outbox;

import io.signalbox.transport.Transport;
import io.signalbox.transports.jdbc.outbox.OutboxRows.Row;
import io.signalbox.transports.jdbc.outbox.Waves.Refused;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what is in the outbox, in its order, and deletes each row in the transaction that held it: at least once,
 * with the row's id as message id. Any number of relays may run: they wait for each other at the oldest row, which is
 * what keeps the order.
 *
 * <p>A row that is refused, is not answered, or cannot be mapped stays, with all of its aggregate that comes after it,
 * and is tried again after a second, two, four, a minute at the most; other aggregates do not wait for it. Until then it
 * is in the table {@code outbox_blocked} with the reason. When the transport takes nothing at all, it is tried again
 * after half a second.
 */
public final class OutboxRelay {
    private static final Logger LOGGER = LoggerFactory.getLogger(OutboxRelay.class);

    /** A transport that does not answer at all must not hold the rows for ever. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final long DELAY_MILLIS_MAX = 60_000;

    /** Of one run: batches of which nothing could be published; the next run goes on behind them. */
    private static final int BLOCKED_BATCHES_MAX = 16;

    private final DataSource dataSource;
    private final OutboxRows rows;
    private final Transport target;
    private final OutboxMapping mapping;
    private final int batchMax;
    private final Duration answerWithin;
    private final long firstDelayMillis;

    public OutboxRelay(DataSource dataSource, String schema, Transport target, OutboxMapping mapping, int batchMax) {
        this(dataSource, schema, target, mapping, batchMax, ANSWER_WITHIN, FIRST_DELAY);
    }

    OutboxRelay(
            DataSource dataSource,
            String schema,
            Transport target,
            OutboxMapping mapping,
            int batchMax,
            Duration answerWithin,
            Duration firstDelay) {
        this.dataSource = dataSource;
        rows = new OutboxRows(schema);
        this.target = target;
        this.mapping = mapping;
        this.batchMax = batchMax;
        this.answerWithin = answerWithin;
        firstDelayMillis = firstDelay.toMillis();
    }

    /**
     * One batch: an event of an aggregate goes when the one before it is taken, those of different aggregates go side by
     * side. If all of the oldest are refused, those behind them are tried.
     *
     * @return how many were published
     */
    public int run() throws SQLException {
        return inTransaction(connection -> {
            long untilNanos = System.nanoTime() + answerWithin.toNanos();
            for (int batch = 0; batch < BLOCKED_BATCHES_MAX && System.nanoTime() - untilNanos < 0; batch++) {
                List<Row> oldest = rows.oldest(connection, batchMax);
                Waves waves = new Waves(target, mapping, answerWithin);
                waves.send(oldest, untilNanos);
                rows.delete(connection, waves.published());
                for (Refused refused : waves.refused()) {
                    block(connection, refused);
                }
                boolean all = oldest.size() < batchMax;
                if (all) {
                    rows.forgetDeleted(connection);
                }
                if (all || !waves.published().isEmpty() || waves.isAway()) {
                    return waves.published().size();
                }
            }
            return 0;
        });
    }

    private void block(Connection connection, Refused refused) throws SQLException {
        int attempts = refused.row().attempts() + 1;
        long delayMillis = refused.away()
                ? firstDelayMillis / 2
                : Math.min(DELAY_MILLIS_MAX, firstDelayMillis << Math.min(attempts - 1, 10));
        rows.block(connection, refused, delayMillis);
        OutboxEvent event = refused.row().event();
        LOGGER.warn(
                "{} did not take event {} of the outbox at attempt {}; it waits {} ms, with those of {} {} behind it: {}",
                target.name(),
                event.id(),
                attempts,
                delayMillis,
                event.aggregateType(),
                event.aggregateId(),
                refused.reason());
    }

    /** The rows that hold back their aggregates, the oldest first, and why. They stay until they can be published. */
    public List<BlockedEvent> blocked(int max) throws SQLException {
        return inTransaction(connection -> rows.blocked(connection, max));
    }

    /** How many there are of them. */
    public long blockedCount() throws SQLException {
        return inTransaction(rows::blockedCount);
    }

    private interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(autoCommit);
            }
        }
    }
}
