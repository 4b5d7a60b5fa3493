package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Publishers that wait for room in a queue. */
final class Room {
    /** Room is often made while a thread would still be falling asleep. */
    private static final int ATTEMPTS_BEFORE_WAITING = 3;

    private final Scheduler scheduler;
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean anybody;

    Room(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    interface Attempt {
        KeyTable.Offer offer();
    }

    /**
     * Something was taken from the queue. Whoever waits is woken when half of the room is free, all at once: waking one
     * for each event taken costs more than the events. Hot path: one look.
     */
    void made(BoundedQueue<?> queue) {
        if (anybody && queue.hasHalfItsRoom()) {
            wakeAll();
        }
    }

    private void wakeAll() {
        anybody = false;
        for (CompletableFuture<Void> each = waiting.poll(); each != null; each = waiting.poll()) {
            each.complete(null);
        }
    }

    PublishResult await(Attempt attempt, Duration timeout, int capacity) {
        for (int i = 0; i < ATTEMPTS_BEFORE_WAITING; i++) {
            Thread.yield();
            if (attempt.offer() == KeyTable.Offer.ACCEPTED) {
                return PublishResult.ACCEPTED;
            }
        }
        long start = scheduler.nanoTime();
        while (true) {
            CompletableFuture<Void> made = new CompletableFuture<>();
            waiting.add(made);
            anybody = true;
            KeyTable.Offer offer = attempt.offer();
            if (offer == KeyTable.Offer.ACCEPTED) {
                waiting.remove(made);
                return PublishResult.ACCEPTED;
            }
            long remaining = timeout.toNanos() - (scheduler.nanoTime() - start);
            boolean told;
            try {
                told = remaining > 0 && scheduler.await(made, remaining);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                waiting.remove(made);
                return PublishResult.refused(
                        Reason.CANCELLED, "the publisher was interrupted while it waited for room in the queue");
            }
            if (!told) {
                waiting.remove(made);
                return PublishResult.refused(
                        Reason.QUEUE_FULL,
                        "the queue of this type holds " + capacity + " events and stayed full for " + timeout);
            }
        }
    }
}
