package io.signalbox.busjdbc;

import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what the inbox need not remember any more, of all buses and handlers, also of those that are no more: at the
 * first note of this process, and with the first of each hour. On a connection and a thread of its own: whoever notes
 * something may be within a transaction, and have the only connection of a pool. Thread safe.
 */
final class Forgetting {
    private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);
    /** Rows of one statement, so that none of them locks many rows for long. */
    private static final int ROWS_MAX = 10_000;

    private static final String DELETE = "DELETE FROM bus_inbox WHERE (consumer, message_id) IN"
            + " (SELECT consumer, message_id FROM bus_inbox WHERE handled_millis < " + Connections.NOW_MILLIS
            + " - ? ORDER BY handled_millis LIMIT " + ROWS_MAX + ")";

    private final DataSource dataSource;
    private final long keepMillis;
    private final Executor threads;
    private final Hourly hourly;
    private final AtomicBoolean busy = new AtomicBoolean();

    Forgetting(DataSource dataSource, Duration keep, LongSupplier nanos, Executor threads) {
        if (!keep.isPositive()) {
            throw new IllegalArgumentException("an inbox must keep what it has noted for longer than " + keep);
        }
        this.dataSource = dataSource;
        this.threads = threads;
        keepMillis = keep.toMillis();
        hourly = new Hourly(nanos);
    }

    void noted() {
        if (hourly.isDue() && busy.compareAndSet(false, true)) {
            threads.execute(this::forget);
        }
    }

    private void forget() {
        try {
            Connections.run(dataSource, "forget what was handled long ago", connection -> {
                try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
                    delete.setLong(1, keepMillis);
                    int gone;
                    do {
                        gone = delete.executeUpdate();
                    } while (gone == ROWS_MAX);
                }
            });
        } catch (RuntimeException broken) {
            LOG.warn("the inbox grows; its old rows are looked for again in an hour", broken);
        } finally {
            busy.set(false);
        }
    }
}
