package io.signalbox.cli.link;

/** Told of what becomes of a connection; called by the client's own thread, so it must not wait. */
public interface LinkListener {
    /** The connection is lost, and will be tried again. */
    void lost(String reason, long retryMillis);

    /**
     * The connection is there again.
     *
     * @param sessionPresent the server still knows the subscriptions
     */
    void back(boolean sessionPresent);

    /** The server no longer has all that should have come. @param what in its words */
    void missed(String what);

    /** The connection is lost for good. */
    void ended(LinkException reason);
}
