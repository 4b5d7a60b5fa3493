package io.signalbox.bus;

import io.signalbox.bus.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Threads and time that stand still until the test moves them; everything runs on the test's thread. */
public final class ManualScheduler implements Scheduler {
    private static final long START_MILLIS = 1_767_225_600_000L;

    private final List<Runnable> tasks = new ArrayList<>();
    /** Null: the oldest goes first. */
    private final @Nullable RandomGenerator choices;

    private final PriorityQueue<Delayed> delayed =
            new PriorityQueue<>(Comparator.comparingLong(Delayed::atNanos).thenComparingLong(Delayed::number));
    private long nanos;
    private long number;
    private boolean closed;

    public ManualScheduler() {
        this(null);
    }

    /** @param choices says which of the tasks that can run is next; null: the oldest */
    public ManualScheduler(@Nullable RandomGenerator choices) {
        this.choices = choices;
    }

    private record Delayed(long atNanos, long number, Runnable task) {}

    @Override
    public long nowMillis() {
        return START_MILLIS + nanos / 1_000_000;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public void execute(Runnable task) {
        demandOpen();
        tasks.add(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        demandOpen();
        Delayed entry = new Delayed(nanos + delayNanos, number++, task);
        delayed.add(entry);
        return () -> delayed.remove(entry);
    }

    private void demandOpen() {
        if (closed) {
            throw new RejectedExecutionException("closed");
        }
    }

    @Override
    public boolean await(CompletableFuture<?> condition, long timeoutNanos) {
        long deadline = timeoutNanos == Long.MAX_VALUE ? Long.MAX_VALUE : nanos + timeoutNanos;
        while (!condition.isDone()) {
            if (runNext()) {
                continue;
            }
            Delayed next = delayed.peek();
            if (next != null && next.atNanos <= deadline) {
                fire(next);
            } else if (deadline == Long.MAX_VALUE) {
                throw new IllegalStateException("would wait for ever: nothing is left to run");
            } else {
                nanos = Math.max(nanos, deadline); // A task that waited meanwhile may have let more of it pass.
                return condition.isDone();
            }
        }
        return true;
    }

    /** One of the tasks that can run; false: there is none. */
    public boolean runNext() {
        if (tasks.isEmpty()) {
            return false;
        }
        tasks.remove(choices == null ? 0 : choices.nextInt(tasks.size())).run();
        return true;
    }

    private void fire(Delayed next) {
        delayed.remove(next);
        nanos = Math.max(nanos, next.atNanos);
        next.task.run();
    }

    /** Runs all that can run without time passing. */
    public void run() {
        while (runNext()) {}
    }

    /** Lets time pass, and runs all that is due meanwhile. */
    public void advance(Duration step) {
        long until = nanos + step.toNanos();
        run();
        for (Delayed next = delayed.peek(); next != null && next.atNanos <= until; next = delayed.peek()) {
            fire(next);
            run();
        }
        nanos = Math.max(nanos, until); // A task that waited may have let more of it pass.
    }

    /** Lets time pass while nothing runs. */
    public void pass(Duration step) {
        nanos += step.toNanos();
    }

    /** Timers that have not come due and were not cancelled. */
    public int timers() {
        return delayed.size();
    }

    @Override
    public void close() {
        closed = true;
    }
}
