package io.signalbox.client.subscribe;

import java.util.concurrent.CompletionStage;

/** A subscription: it outlives connections, and ends when it is closed or its client is. */
public interface Subscription extends AutoCloseable {
    /**
     * @return done when the server has granted it for the first time; fails with a {@link
     *     io.signalbox.error.SignalboxException} when it refuses: for good, and the subscription is over, or for the
     *     moment three times in a row, and it is asked for until it is granted
     */
    CompletionStage<?> granted();

    /** Messages that found no room here: of QoS 0, and of lost sessions one after the other. */
    long dropped();

    /**
     * @return done when nothing is delivered any more, because it was closed or its client was; fails with a {@link
     *     io.signalbox.error.SignalboxException} when the server, asked again at a new connection, refuses it
     */
    CompletionStage<?> ended();

    /** Nothing is delivered from here on. What waits here is dropped; of a share group it goes to the dead letters. */
    @Override
    void close();
}
