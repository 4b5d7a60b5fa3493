package io.signalbox.benchmarks.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A pair of other clients that sends 1,000 messages a second, from a thread of its own, until it is stopped: how long
 * the server lets them wait meanwhile.
 */
final class Bystanders implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Result> result;

    Bystanders(Plan plan) {
        Plan theirs = plan.bystanders();
        result = CompletableFuture.supplyAsync(
                () -> LoadRun.run(theirs, (now, latency) -> !over.get()),
                task -> Thread.ofPlatform().daemon().name("bystanders").start(task));
    }

    /** @return their latency from the beginning until now */
    Percentiles stop() {
        over.set(true);
        return result.join().latUs();
    }

    @Override
    public void close() {
        over.set(true);
    }
}
