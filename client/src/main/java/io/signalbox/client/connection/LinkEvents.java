package io.signalbox.client.connection;

import io.signalbox.message.Message;

/** Hears of one connection, on its own thread; must not block. */
public interface LinkEvents {
    /**
     * A message came. It counts against the connection's credit until it is settled.
     *
     * @param sequence its number in the server's log; 0: the server does not say
     */
    void arrived(Message message, long sequence, Settling settling);

    /** Once, after which nothing comes any more. */
    void lost(LinkLoss loss);

    /** How the client ends with one message that arrived. Any thread; once; of no effect when the connection is gone. */
    interface Settling {
        void accept();

        /** The server puts it to its dead letters. @param unreadable the payload is not what it says it is */
        void reject(boolean unreadable, String detail);

        /** Whether the connection is still there that it came by: else it comes again. */
        boolean alive();
    }
}
