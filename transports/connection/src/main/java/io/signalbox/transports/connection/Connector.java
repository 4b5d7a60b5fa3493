package io.signalbox.transports.connection;

/**
 * How a supervised connection begins and ends. All methods are called on the supervisor's own thread and may block.
 *
 * @param <C> the client library's connection
 */
public interface Connector<C> {
    /**
     * Connects and sets up everything that must stand before others use the connection: what was there before a loss is
     * there again when this returns. Whatever it throws is a failed try; it has closed what it opened then.
     *
     * @param lost to be run by the connection when it ends; may be run more than once, on any thread
     */
    C connect(Lost lost) throws Exception;

    /** The connection is in place. */
    default void up(C connection) {}

    /** It is gone; {@link #connect} follows until it is back. */
    default void down(C connection, Throwable cause) {}

    /** Ends it; what it throws is logged. */
    void disconnect(C connection) throws Exception;

    /** Where a connection reports its end. */
    @FunctionalInterface
    interface Lost {
        void because(Throwable cause);
    }
}
