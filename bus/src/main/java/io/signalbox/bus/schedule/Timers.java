package io.signalbox.bus.schedule;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Delayed tasks: one thread that only hands over. */
final class Timers implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;
    private final Executor runner;

    Timers(Executor runner) {
        this.runner = runner;
        executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("bus-timer").factory());
        executor.setRemoveOnCancelPolicy(true);
    }

    Scheduler.Timer schedule(Runnable task, long delayNanos) {
        ScheduledFuture<?> future = executor.schedule(() -> hand(task), delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private void hand(Runnable task) {
        try {
            runner.execute(task);
        } catch (RejectedExecutionException closed) {
            // The bus was closed meanwhile, and has answered for what it still had.
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
