package io.signalbox.bus;

import io.signalbox.bus.schedule.Scheduler;
import java.util.concurrent.CompletableFuture;

/** A machine without a free processor: time passes, and nothing is run. */
final class NeverRuns implements Scheduler {
    private final ManualScheduler time;

    NeverRuns(ManualScheduler time) {
        this.time = time;
    }

    @Override
    public long nowMillis() {
        return time.nowMillis();
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public void execute(Runnable task) {}

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return () -> {};
    }

    @Override
    public boolean await(CompletableFuture<?> condition, long timeoutNanos) {
        return time.await(condition, timeoutNanos);
    }

    @Override
    public void close() {}
}
