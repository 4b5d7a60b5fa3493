package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Publishers that wait for room in a queue. Each is on the list before it tries once more, and whoever makes room looks
 * at the list afterwards, so one of the two sees the other. No place is kept for anybody: who is woken may find it taken
 * by others, and looks again.
 *
 * <p>Half a queue may take longer than anybody waits, when handlers are slow. So one of those that wait looks himself now
 * and then, for all of them; whoever has found a place, or looks no more, wakes the next one.
 */
final class Room {
    private static final long LOOK_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LOOK_RAREST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Room is often made while a thread would still be falling asleep. */
    private static final int ATTEMPTS_BEFORE_WAITING = 3;

    private static final PublishResult CLOSED =
            PublishResult.refused(Reason.CLOSED, "the bus was closed while the publisher waited for room");

    private final BoundedQueue<?> queue;
    private final Scheduler scheduler;
    /** Those that do not wait any more are done, and go when their turn comes. */
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean someoneLooks = new AtomicBoolean();
    private volatile boolean anybody;
    /** When so many were ever taken from the queue, the others have had their part of the room. */
    private volatile long turnAtTaken;

    private volatile boolean closed;

    Room(BoundedQueue<?> queue, Scheduler scheduler) {
        this.queue = queue;
        this.scheduler = scheduler;
    }

    @FunctionalInterface
    interface Attempt {
        /** Null: it is still full. */
        @Nullable
        PublishResult offer();
    }

    /**
     * There is room for one more. Whoever waits is woken when half of the room is free, or half of the queue was taken
     * since, while others filled it up again; all at once: waking one for each event taken costs more than the events.
     * Hot path: one look.
     */
    void made() {
        if (anybody && (queue.hasHalfItsRoom() || queue.takenEver() >= turnAtTaken)) {
            wakeAll();
        }
    }

    private void wakeAll() {
        anybody = false;
        for (CompletableFuture<Void> each = waiting.poll(); each != null; each = waiting.poll()) {
            each.complete(null);
        }
    }

    private void wakeNext() {
        CompletableFuture<Void> next = waiting.poll();
        while (next != null && !next.complete(null)) {
            next = waiting.poll();
        }
    }

    /** Nobody waits any more; what was not let in is refused. */
    void close() {
        closed = true;
        wakeAll();
    }

    /** @return complete when it is worth trying again */
    CompletableFuture<Void> join() {
        CompletableFuture<Void> made = new CompletableFuture<>();
        waiting.add(made);
        if (!anybody) {
            turnAtTaken = queue.takenEver() + Math.max(1, queue.capacity() / 2);
        }
        anybody = true;
        return made;
    }

    PublishResult await(Attempt attempt, Duration timeout) {
        for (int i = 0; i < ATTEMPTS_BEFORE_WAITING; i++) {
            Thread.yield();
            PublishResult answer = attempt.offer();
            if (answer != null) {
                return answer;
            }
        }
        return new Waiting(attempt, timeout).await();
    }

    /** One publisher. */
    private final class Waiting {
        private final Attempt attempt;
        private final Duration timeout;
        private final long startNanos = scheduler.nanoTime();
        private long lookNanos = LOOK_FIRST_NANOS;
        private boolean looks;

        Waiting(Attempt attempt, Duration timeout) {
            this.attempt = attempt;
            this.timeout = timeout;
        }

        PublishResult await() {
            CompletableFuture<Void> made = join();
            PublishResult answer = null;
            try {
                while (answer == null) {
                    answer = closed ? CLOSED : attempt.offer();
                    if (answer == null) {
                        // Asked when this one is on the list: whoever stops looking wakes one of that, or finds it
                        // empty before this one came, and is followed here.
                        looks = looks || someoneLooks.compareAndSet(false, true);
                        answer = sleep(made);
                    }
                    if (answer == null && made.isDone()) {
                        made = join();
                    }
                }
                return answer;
            } finally {
                boolean woken = !made.complete(null);
                if (looks) {
                    someoneLooks.set(false);
                }
                // Who was woken to look, and goes, has not looked for the others.
                if (looks || woken || answer == PublishResult.ACCEPTED) {
                    wakeNext();
                }
            }
        }

        /** Null: try again. */
        private @Nullable PublishResult sleep(CompletableFuture<Void> made) {
            long remainingNanos = timeout.toNanos() - (scheduler.nanoTime() - startNanos);
            if (remainingNanos <= 0) {
                return PublishResult.refused(
                        Reason.QUEUE_FULL,
                        "the queue of this type holds " + queue.capacity()
                                + " events and had no room for this one within " + timeout);
            }
            try {
                scheduler.await(made, looks ? Math.min(remainingNanos, lookNanos) : remainingNanos);
                lookNanos = looks ? Math.min(2 * lookNanos, LOOK_RAREST_NANOS) : lookNanos;
                return null;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return PublishResult.refused(
                        Reason.CANCELLED, "the publisher was interrupted while it waited for room in the queue");
            }
        }
    }
}
