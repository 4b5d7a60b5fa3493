package io.signalbox.busjdbc;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The caller's transaction: what the bus accepts within it is in the outbox if that commits, and never was otherwise.
 * What it refuses (it is closed, its filter stops it) is in no outbox whatever is committed: look at the answer.
 *
 * <pre>{@code
 * connection.setAutoCommit(false);
 * PublishResult answer = Transaction.within(connection, () -> {
 *     insertOrder(connection, order);
 *     return bus.publish(new Ordered(order.id()));
 * });
 * if (answer.isAccepted()) {
 *     connection.commit();
 * } else {
 *     connection.rollback();
 * }
 * }</pre>
 *
 * <p>Held in a scoped value: by the calling thread until the work returns, and by nothing that it starts.
 */
public final class Transaction {
    private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

    private Transaction() {}

    /** What is to be done; may throw what it likes. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object, X extends Exception> {
        T run() throws X;
    }

    /**
     * Commits nothing and rolls nothing back: both are the caller's.
     *
     * @param connection not used after this returns
     * @return what the work does, the bus's answer above all
     */
    public static <T extends @Nullable Object, X extends Exception> T within(Connection connection, Work<T, X> work)
            throws X {
        return ScopedValue.where(CURRENT, connection).<T, X>call(work::run);
    }

    static @Nullable Connection current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }
}
