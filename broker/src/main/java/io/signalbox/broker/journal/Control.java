package io.signalbox.broker.journal;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Work on what the journal's thread owns.
 *
 * @param alone changes routes or sessions: everything asked for before it is handed out first
 * @param answer who waits for it; null: nobody
 */
record Control(Runnable action, boolean alone, @Nullable CompletableFuture<?> answer) implements Command {
    /** It was not done, or not all of it. */
    void refuse(ReasonCode reason, String detail) {
        if (answer != null) {
            answer.completeExceptionally(new SignalboxException(reason, detail));
        }
    }
}
