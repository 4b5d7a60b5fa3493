package io.signalbox.bus.deadletter;

import java.util.concurrent.CompletableFuture;

/**
 * Tries a dead letter once more with the handler that it names, on the caller's thread as far as it does not wait.
 * Writes down the death itself if that fails.
 */
@FunctionalInterface
public interface Redriver {
    CompletableFuture<Redrive> redrive(DeadLetter letter);
}
