package io.signalbox.gateway.amqp.link;

/** A link that is attached, as its connection sees it. On the connection's loop. */
public interface LinkEnd {
    /** The connection's socket takes more, or no more. */
    void writable(boolean now);

    /** More waits at the transport than it may hold: who can ask its client to stop publishing does, until it is over. */
    default void held(boolean now) {}

    /** The client has opened a session's window, or given credit to one link of it. */
    default void windowMayBeOpen() {}

    /** The connection is gone, or its session ended. */
    void lost();
}
