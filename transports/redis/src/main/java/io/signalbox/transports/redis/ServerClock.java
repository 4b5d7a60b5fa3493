package io.signalbox.transports.redis;

import io.signalbox.time.TimeSource;

/**
 * The server's time as this node knows it: its own clock, moved on by as much as the server's was ahead at a connection.
 * What is kept on the server is dated there, by scripts; this is for what a node decides alone, such as whether a
 * message's life is over. It is never moved back after the first connection, since lifetimes are measured with it. Thread
 * safe.
 */
final class ServerClock implements TimeSource {
    private final TimeSource own;
    private final boolean given;
    private boolean known;
    private volatile long aheadMillis;

    private ServerClock(TimeSource own, boolean given) {
        this.own = own;
        this.given = given;
    }

    /** @param own goes on between connections */
    static ServerClock following(TimeSource own) {
        return new ServerClock(own, false);
    }

    /** For tests: a time that the server is told. */
    static ServerClock given(TimeSource time) {
        return new ServerClock(time, true);
    }

    @Override
    public long millis() {
        return own.millis() + aheadMillis;
    }

    /** What a script takes for the time: nothing, so that it asks its own clock, or a test's time. */
    String argument() {
        return given ? Long.toString(own.millis()) : "";
    }

    /** The server's time, at a connection. */
    synchronized void serverSays(long millis) {
        if (!given) {
            long measured = millis - own.millis();
            aheadMillis = known ? Math.max(aheadMillis, measured) : measured;
            known = true;
        }
    }
}
