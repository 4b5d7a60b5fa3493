package io.signalbox.transport;

import java.util.concurrent.CompletableFuture;

/** Turns the callback of a publish into a future, for callers that have time for an object. */
final class ReceiptFuture implements PublishCallback {

    private final CompletableFuture<Receipt> future;

    ReceiptFuture(CompletableFuture<Receipt> future) {
        this.future = future;
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        future.complete(new Receipt(outcome, reached, sequence));
    }

    @Override
    public void refused(long context, Refusal refusal) {
        future.completeExceptionally(refusal.toException());
    }
}
