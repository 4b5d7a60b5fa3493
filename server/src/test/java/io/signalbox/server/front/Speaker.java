package io.signalbox.server.front;

import java.util.Collection;

/** A client of any protocol, as far as rights are concerned. Not thread safe. */
interface Speaker extends AutoCloseable {
    /** Ways to publish. */
    enum Way {
        AT_MOST_ONCE,
        AT_LEAST_ONCE,
        EXACTLY_ONCE,
        RETAINED,
        /** Left behind, to be published when the connection is lost. */
        LAST_WILL
    }

    /** Ways to subscribe. */
    enum Kind {
        PLAIN,
        SHARED,
        /** Outlives the connection. */
        DURABLE
    }

    /** @return false if the server does not let it in */
    boolean connect(Kind kind) throws Exception;

    /**
     * Returns when the server has dealt with it.
     *
     * @return true if it comes later
     */
    boolean publish(Way way, String topic, String payload) throws Exception;

    /** @return whether it was granted */
    boolean subscribe(Kind kind, String filter) throws Exception;

    /** Goes; of kind DURABLE its subscription stays. */
    void leave() throws Exception;

    /** Comes back to what it has left. */
    void comeBack() throws Exception;

    /** Payloads so far. */
    Collection<String> received() throws Exception;

    @Override
    void close() throws Exception;
}
