package io.signalbox.bus.schedule;

import io.signalbox.time.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Everything on the thread that asks for it, before the call returns: for tests, and for those who want a plain method
 * call. What is delayed (retries, batches by time) runs later, on a thread of its own; an event whose ordering key is
 * busy is handled by the thread that is at that key, right after. A handler that runs on its
 * caller's thread cannot be left behind when its time is up: timeouts are looked at before and after, not during.
 */
public final class CallerRuns implements Scheduler {
    private final TimeSource clock = TimeSource.monotonic();
    private final Timers timers = new Timers(Runnable::run);
    private volatile boolean closed;

    @Override
    public long nowMillis() {
        return clock.millis();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("this bus is closed");
        }
        task.run();
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return timers.schedule(task, delayNanos);
    }

    @Override
    public boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException {
        return VirtualThreads.Waits.await(condition, timeoutNanos);
    }

    @Override
    public boolean callerRuns() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
        timers.close();
    }
}
