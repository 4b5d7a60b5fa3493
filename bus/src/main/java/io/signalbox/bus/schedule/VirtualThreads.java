package io.signalbox.bus.schedule;

import io.signalbox.time.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Every task on a virtual thread of its own, and the machine's clock. */
public final class VirtualThreads implements Scheduler {
    private final Thread.Builder.OfVirtual threads;
    private final CoarseClock clock;
    private final Timers timers;
    private volatile boolean closed;

    /** @param name of the bus, for its threads */
    public VirtualThreads(String name) {
        threads = Thread.ofVirtual().name(name + "-", 0);
        clock = new CoarseClock(TimeSource.monotonic());
        timers = new Timers(this::execute);
    }

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
        threads.start(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return timers.schedule(task, delayNanos);
    }

    @Override
    public boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException {
        return Waits.await(condition, timeoutNanos);
    }

    @Override
    public void close() {
        closed = true;
        timers.close();
        clock.close();
    }

    /** Blocking on a future without caring for its value. */
    static final class Waits {
        private Waits() {}

        static boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException {
            try {
                condition.get(timeoutNanos, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException timeUp) {
                return condition.isDone();
            } catch (ExecutionException failed) {
                return true;
            }
        }
    }
}
