package io.signalbox.bus.remote;

import io.signalbox.bus.ManualScheduler;
import io.signalbox.bus.schedule.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** One of several buses on the threads and the time of one test. */
final class SharedTime implements Scheduler {
    private final ManualScheduler time;
    private boolean closed;

    SharedTime(ManualScheduler time) {
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
    public void execute(Runnable task) {
        demandOpen();
        time.execute(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        demandOpen();
        return time.schedule(task, delayNanos);
    }

    private void demandOpen() {
        if (closed) {
            throw new RejectedExecutionException("closed");
        }
    }

    @Override
    public boolean await(CompletableFuture<?> condition, long timeoutNanos) {
        return time.await(condition, timeoutNanos);
    }

    @Override
    public void close() {
        closed = true;
    }
}
