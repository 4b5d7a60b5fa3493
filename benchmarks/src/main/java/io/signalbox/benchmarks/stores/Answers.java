package io.signalbox.benchmarks.stores;

import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.util.concurrent.Semaphore;

/** Keeps so many publishes on their way, and fails the run when one is refused. */
final class Answers implements PublishCallback {
    private final Semaphore window;
    private final int size;
    private volatile String refused = "";

    Answers(int size) {
        this.size = size;
        window = new Semaphore(size);
    }

    void before() throws InterruptedException {
        window.acquire();
    }

    void awaitAll() throws InterruptedException {
        window.acquire(size);
        window.release(size);
        if (!refused.isEmpty()) {
            throw new IllegalStateException("a publish was refused: " + refused);
        }
    }

    @Override
    public void published(long context, Outcome outcome, Durability reached, long sequence) {
        window.release();
    }

    @Override
    public void refused(long context, Refusal refusal) {
        refused = refusal.toString();
        window.release();
    }
}
