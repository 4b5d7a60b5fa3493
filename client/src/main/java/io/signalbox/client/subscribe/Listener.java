package io.signalbox.client.subscribe;

/** Takes what a subscription brings, one at a time, in order, on a virtual thread: it may block. */
@FunctionalInterface
public interface Listener<T> {
    /**
     * The message is accepted when this returns, unless the subscription settles by hand; when it throws, the message is
     * rejected.
     */
    void on(Received<T> received) throws Exception;
}
