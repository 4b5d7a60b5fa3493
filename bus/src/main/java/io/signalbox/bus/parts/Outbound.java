package io.signalbox.bus.parts;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import java.util.concurrent.CompletionStage;

/** The way out of this process. */
public interface Outbound {
    /** Do messages of this class leave the process? Always the same answer. */
    boolean carries(Class<?> type);

    PublishResult publish(Envelope<?> event);

    /** Completes with the answer of whoever handles it, or a rejection; never exceptionally. */
    CompletionStage<CommandResult<?>> execute(Envelope<?> command);

    /** Nobody waits for its answer any more. Its handler is told, if it is still at it and the message gets there. */
    void cancel(Envelope<?> command);

    /**
     * Asks all other processes.
     *
     * @return ends the listening
     */
    Runnable ask(Envelope<?> query, Answering answers);
}
