package io.signalbox.transports.jdbc;

/**
 * The clock that all nodes go by: the database's. When a session ended, when a message was published and what is due is
 * written and compared by it alone, so that a node whose own clock is wrong ends nobody's sessions. Tests have one that
 * they move.
 */
@FunctionalInterface
interface ServerClock {
    ServerClock OF_THE_DATABASE = Dialect::nowMillis;

    /** Epoch milliseconds, as an SQL expression. */
    String nowMillis(Dialect dialect);
}
