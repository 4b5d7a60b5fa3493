package io.signalbox.client;

import io.signalbox.client.connection.ConnectionState;
import io.signalbox.client.spool.RefusedMessage;

/** Hears of what happens to a client. Called in order, on a thread of the client's own; must not block. */
public interface ClientListener {
    /** There is a connection, there is none, there will be none any more. */
    default void connectionChanged(ConnectionState state) {}

    /** The server refused a message for good: it is kept until it is removed or sent again. */
    default void refused(RefusedMessage refused) {}

    /** Does nothing. */
    ClientListener NONE = new ClientListener() {};
}
