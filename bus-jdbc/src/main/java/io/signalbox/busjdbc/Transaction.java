package io.signalbox.busjdbc;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The caller's transaction: what is published within it is in the outbox if that commits, and never was otherwise.
 *
 * <pre>{@code
 * connection.setAutoCommit(false);
 * Transaction.within(connection, () -> {
 *     insertOrder(connection, order);
 *     bus.publish(new Ordered(order.id()));
 * });
 * connection.commit();
 * }</pre>
 *
 * <p>Held in a scoped value: by the calling thread until the work returns, and by nothing that it starts.
 */
public final class Transaction {
    private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

    private Transaction() {}

    /** What is to be done; may throw what it likes. */
    @FunctionalInterface
    public interface Work<X extends Exception> {
        void run() throws X;
    }

    /**
     * Commits nothing and rolls nothing back: both are the caller's.
     *
     * @param connection not used after this returns
     */
    public static <X extends Exception> void within(Connection connection, Work<X> work) throws X {
        ScopedValue.where(CURRENT, connection).<Boolean, X>call(() -> {
            work.run();
            return true;
        });
    }

    static @Nullable Connection current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }
}
