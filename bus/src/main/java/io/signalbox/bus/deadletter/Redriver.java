package io.signalbox.bus.deadletter;

import java.util.concurrent.CompletableFuture;

/** Tries a dead letter once more with the handler that it names. Puts it back itself if that fails. */
@FunctionalInterface
public interface Redriver {
    CompletableFuture<Redrive> redrive(DeadLetter letter);
}
