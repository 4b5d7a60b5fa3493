package io.signalbox.client.spool;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The two stages of one message. A message whose first stage fails fails the second. */
final class TrackedPublication implements Publication {
    private final CompletableFuture<Spooled> spooled = new CompletableFuture<>();
    private final CompletableFuture<Acknowledged> acknowledged = new CompletableFuture<>();

    static TrackedPublication failed(Throwable why) {
        TrackedPublication publication = new TrackedPublication();
        publication.fail(why);
        return publication;
    }

    @Override
    public CompletionStage<Spooled> spooled() {
        return spooled.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Acknowledged> acknowledged() {
        return acknowledged.minimalCompletionStage();
    }

    void spooled(Spooled receipt) {
        spooled.complete(receipt);
    }

    void acknowledged(Acknowledged answer) {
        acknowledged.complete(answer);
    }

    /** The end of it, wherever it stands. */
    void fail(Throwable why) {
        spooled.completeExceptionally(why);
        acknowledged.completeExceptionally(why);
    }
}
