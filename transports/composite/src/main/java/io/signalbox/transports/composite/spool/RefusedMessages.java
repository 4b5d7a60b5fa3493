package io.signalbox.transports.composite.spool;

import io.signalbox.message.Message;
import io.signalbox.transport.Health;
import io.signalbox.transport.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Is given each spooled message that its transport will never take, with the reason, and has the only copy once it says
 * so: a dead-letter office, a table. Until then the message stays in the spool, and when it fails it comes again after a
 * pause. One that was too slow to answer may get a message twice.
 */
@FunctionalInterface
public interface RefusedMessages {
    /**
     * Called on any thread; must not block.
     *
     * @return completes when the message is safe there
     */
    CompletionStage<?> add(Message message, Refusal refusal);

    /** Not UP while somebody should look at what is kept here. */
    default Health health() {
        return Health.UP;
    }

    /** No message comes any more. */
    default void close() {}

    /** One that is done with a message when the call returns. */
    static RefusedMessages at(BiConsumer<Message, Refusal> place) {
        return (message, refusal) -> {
            place.accept(message, refusal);
            return CompletableFuture.completedFuture(true);
        };
    }
}
