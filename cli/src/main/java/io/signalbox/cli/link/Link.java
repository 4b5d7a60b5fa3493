package io.signalbox.cli.link;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to a server, over whichever protocol. Thread-safe. */
public sealed interface Link extends AutoCloseable permits MqttLink, AmqpLink, HttpLink {

    /**
     * Connects, and waits until the server has said yes.
     *
     * @param patience for this and the later answers
     * @param receiver gets every message, one after the other; null: nothing is expected
     * @param executor on which it gets them where the client has but one thread of its own, which must not wait
     */
    static Link open(
            LinkOptions options,
            LinkListener listener,
            Patience patience,
            @Nullable Consumer<Incoming> receiver,
            Executor executor)
            throws LinkException {
        return switch (options) {
            case MqttOptions mqtt -> MqttLink.open(mqtt, listener, patience, receiver, executor);
            case AmqpOptions amqp -> AmqpLink.open(amqp, listener, patience, receiver);
            case HttpOptions http -> HttpLink.open(http, listener, patience, receiver);
        };
    }

    /** Completes when the message is written (QoS 0) or acknowledged, or fails with a {@link LinkException}. */
    CompletableFuture<Void> publish(Outgoing message);

    /** @return the granted QoS of each filter, in their order */
    List<Integer> subscribe(Filters filters) throws LinkException;

    /**
     * Publishes under a reply topic of this link, and completes with the first message that comes there with its
     * correlation, or with none. Fails with a {@link LinkException}, NO_RESPONDERS where the protocol tells.
     *
     * @param patience how long to wait; protocols that wait at the server pass it on
     */
    CompletableFuture<Incoming> request(Outgoing question, Duration patience);

    /** Says good-bye; a will is not published. */
    @Override
    void close();
}
