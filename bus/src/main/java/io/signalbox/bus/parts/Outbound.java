package io.signalbox.bus.parts;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The way out of this process. */
public interface Outbound {
    /** Do messages of this class leave the process? Always the same answer. */
    boolean carries(Class<?> type);

    /**
     * @param back run once, when the event of a session has come back to this process and is pending in its session
     *     again, or will not come; null: nobody waits for it
     */
    PublishResult publish(Envelope<?> event, @Nullable Runnable back);

    /**
     * Completes with the answer of whoever handles it, a rejection, or a failure when its time is up; never
     * exceptionally.
     */
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
