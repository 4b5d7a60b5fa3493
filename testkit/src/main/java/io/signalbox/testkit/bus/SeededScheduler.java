package io.signalbox.testkit.bus;

import io.signalbox.bus.schedule.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Threads and time by a seed. Tasks have threads of their own, so that one may wait in the middle while others go on,
 * but only one runs at any moment; when it waits or ends, chance chooses among all that can run. Time stands still
 * while anything can run, and then leaps to the next timer.
 *
 * <p>Owned by the thread that made it, which takes part like a task: what it sends, it sends at once, and the others
 * run when it waits or drives. All state belongs to the thread whose turn it is (see {@link Seat}); handing over the
 * turn publishes it.
 */
final class SeededScheduler implements Scheduler {
    static final long START_MILLIS = 1_767_225_600_000L;
    /** So long, of the machine's time, may one step take: longer means that it waits for what nobody here will do. */
    static final long STALL_NANOS_DEFAULT = TimeUnit.SECONDS.toNanos(10);

    private static final int STEPS_AFTER_CLOSE_MAX = 10_000;

    private final long seed;
    private final long stallNanos;
    private final RandomGenerator choices;
    private final Seat owner = new Seat(Thread.currentThread());
    private final ThreadLocal<Seat> seats = new ThreadLocal<>();
    private final List<Runnable> ready = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final PriorityQueue<Delayed> delayed =
            new PriorityQueue<>(Comparator.comparingLong(Delayed::atNanos).thenComparingLong(Delayed::number));
    private final ArrayDeque<Seat> idle = new ArrayDeque<>();
    private final AtomicLong steps = new AtomicLong();
    private long threadsEver;
    private long timersEver;
    private long nanos;
    private Drive drive = new Drive(() -> true, 0, 0);
    private long stepsAtStart;
    private Drive.Stop stop = Drive.Stop.REACHED;
    private @Nullable Throwable failure;
    private boolean closed;
    private boolean stalled;

    /** What chance may choose. */
    private sealed interface Choice {}

    private record Begin(Runnable task) implements Choice {}

    /** A thread in the middle of a task. */
    private record Waiting(Seat seat, CompletableFuture<?> condition, long deadlineNanos) implements Choice {
        boolean isReady(long nowNanos) {
            return condition.isDone() || deadlineNanos <= nowNanos || seat.isInterrupted();
        }
    }

    private record Delayed(long atNanos, long number, Runnable task) implements Runnable {
        @Override
        public void run() {
            task.run();
        }
    }

    SeededScheduler(long seed, RandomGenerator choices, long stallNanos) {
        this.seed = seed;
        this.stallNanos = stallNanos;
        this.choices = choices;
        seats.set(owner);
    }

    // ---- what the bus asks for

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
        mySeat();
        demandOpen();
        ready.add(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        mySeat();
        demandOpen();
        Delayed entry = new Delayed(nanos + Math.max(0, delayNanos), timersEver++, task);
        delayed.add(entry);
        return () -> {
            delayed.remove(entry);
            ready.remove(entry);
        };
    }

    private void demandOpen() {
        if (closed) {
            throw new RejectedExecutionException("this bus is closed");
        }
    }

    @Override
    public boolean isWaiting(Thread thread) {
        for (Waiting each : waiting) {
            if (each.seat.thread() == thread) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean await(CompletableFuture<?> condition, long timeoutNanos) throws InterruptedException {
        Seat seat = mySeat();
        if (condition.isDone()) {
            return true;
        }
        long deadline = timeoutNanos > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : nanos + timeoutNanos;
        if (seat == owner) {
            awaitAsOwner(condition, deadline);
        } else if (closed) {
            throw new InterruptedException("this bus is closed");
        } else {
            awaitAsTask(seat, condition, deadline);
        }
        if (!condition.isDone() && seat.takeInterrupt()) {
            throw new InterruptedException("interrupted by the simulation");
        }
        return condition.isDone();
    }

    private void awaitAsOwner(CompletableFuture<?> condition, long deadline) {
        Drive.Stop why = drive(
                new Drive(() -> condition.isDone() || owner.isInterrupted(), deadline, DeterministicBus.STEPS_MAX));
        if (why == Drive.Stop.STEPS) {
            throw new AssertionError("waited for what " + DeterministicBus.STEPS_MAX + " steps did not bring" + hint());
        }
        if (why == Drive.Stop.REACHED) {
            return;
        }
        if (deadline == Long.MAX_VALUE) {
            throw new AssertionError("would wait for ever: nothing is left to run" + hint());
        }
        nanos = Math.max(nanos, deadline);
    }

    private void awaitAsTask(Seat seat, CompletableFuture<?> condition, long deadline) {
        Waiting self = new Waiting(seat, condition, deadline);
        waiting.add(self);
        Choice next = choose();
        if (next != self) {
            handOver(next);
            seat.awaitTurn();
        }
    }

    /** The thread of a task, or the owner's. */
    private Seat mySeat() {
        Seat seat = seats.get();
        if (seat == null) {
            throw new IllegalStateException("thread '" + Thread.currentThread().getName()
                    + "' is no part of the simulation, whose bus belongs to the thread that made it; "
                    + "use DeterministicBus.spawn for more threads" + hint());
        }
        if (stalled) {
            throw new IllegalStateException("the simulation came to a standstill and is over" + hint());
        }
        return seat;
    }

    // ---- driving

    /** Lets the others run; called by the owner. */
    Drive.Stop drive(Drive how) {
        if (mySeat() != owner) {
            throw new IllegalStateException(
                    "only the thread that made the bus moves it; a handler waits by DeterministicBus.sleep" + hint());
        }
        drive = how;
        stepsAtStart = steps.get();
        Choice first = choose();
        if (first != null) {
            handOver(first);
            long seen = steps.get();
            while (!owner.awaitTurn(stallNanos)) {
                long now = steps.get();
                if (now == seen) {
                    stalled = true;
                    throw new AssertionError("a step has taken " + TimeUnit.NANOSECONDS.toMillis(stallNanos)
                            + " ms: it blocks by other means than the bus, or never ends" + hint());
                }
                seen = now;
            }
        }
        rethrow();
        return stop;
    }

    /** Lets time pass; what is due by then must have run. */
    void passUntil(long untilNanos) {
        nanos = Math.max(nanos, untilNanos);
    }

    private void rethrow() {
        Throwable thrown = failure;
        failure = null;
        switch (thrown) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError("a task failed" + hint(), thrown);
        }
    }

    /** Null: the owner goes on. */
    private @Nullable Choice choose() {
        while (true) {
            if (drive.reached().getAsBoolean()) {
                stop = Drive.Stop.REACHED;
                return null;
            }
            if (steps.get() - stepsAtStart >= drive.stepsMax()) {
                stop = Drive.Stop.STEPS;
                return null;
            }
            List<Waiting> resumable = new ArrayList<>();
            for (Waiting each : waiting) {
                if (each.isReady(nanos)) {
                    resumable.add(each);
                }
            }
            int count = ready.size() + resumable.size();
            if (count > 0) {
                steps.incrementAndGet();
                int chosen = choices.nextInt(count);
                if (chosen < ready.size()) {
                    return new Begin(ready.remove(chosen));
                }
                Waiting resumed = resumable.get(chosen - ready.size());
                waiting.remove(resumed);
                return resumed;
            }
            long next = nextNanos();
            if (next == Long.MAX_VALUE || next > drive.untilNanos()) {
                stop = next == Long.MAX_VALUE ? Drive.Stop.QUIET : Drive.Stop.TIME;
                return null;
            }
            leap(next);
        }
    }

    private long nextNanos() {
        Delayed timer = delayed.peek();
        long next = timer == null ? Long.MAX_VALUE : timer.atNanos;
        for (Waiting each : waiting) {
            next = Math.min(next, each.deadlineNanos);
        }
        return next;
    }

    private void leap(long toNanos) {
        nanos = Math.max(nanos, toNanos);
        for (Delayed due = delayed.peek(); due != null && due.atNanos <= nanos; due = delayed.peek()) {
            ready.add(delayed.remove());
        }
    }

    private void handOver(@Nullable Choice next) {
        switch (next) {
            case null -> owner.give();
            case Waiting resumed -> resumed.seat.give();
            case Begin begun -> {
                Seat free = idle.poll();
                if (free == null) {
                    startThread(begun.task);
                } else {
                    free.give(begun.task);
                }
            }
        }
    }

    private void startThread(Runnable first) {
        String name = "simulated-" + seed + "-" + ++threadsEver;
        Thread.ofVirtual().name(name).start(() -> {
            Seat seat = new Seat(Thread.currentThread());
            seats.set(seat);
            serve(seat, first);
        });
    }

    /** Task after task, as long as chance chooses new ones; otherwise the turn goes to whom it chooses. */
    private void serve(Seat seat, Runnable first) {
        Runnable task = first;
        while (task != null) {
            run(seat, task);
            Choice next = choose();
            if (next instanceof Begin(Runnable another)) {
                task = another;
                continue;
            }
            idle.push(seat);
            handOver(next);
            seat.awaitTurn();
            task = seat.takeTask();
        }
    }

    private void run(Seat seat, Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            if (failure == null) {
                failure = thrown;
            }
        } finally {
            seat.takeInterrupt();
        }
    }

    // ---- the end

    /** Interrupts whoever waits, and lets all that was started end. */
    @Override
    public void close() {
        if (closed || stalled || mySeat() != owner) {
            closed = true;
            return;
        }
        closed = true;
        // As with real threads: what was started goes on, what was only due does not.
        ready.removeIf(Delayed.class::isInstance);
        delayed.clear();
        waiting.forEach(each -> each.seat.interrupt());
        drive(new Drive(() -> false, nanos, STEPS_AFTER_CLOSE_MAX));
        for (Seat free = idle.poll(); free != null; free = idle.poll()) {
            free.give(null);
        }
    }

    /** A thread of it is lost, and with it the turn: nothing can be moved or closed any more. */
    boolean isStalled() {
        return stalled;
    }

    long steps() {
        return steps.get();
    }

    String hint() {
        return Seeds.hint(seed);
    }
}
