package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Publishers that wait for room in a queue, the first come first told. */
final class Room {
    private final Scheduler scheduler;
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean anybody;

    Room(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    interface Attempt {
        KeyTable.Offer offer();
    }

    /** Something was taken from the queue. Hot path: one look. */
    void made() {
        if (anybody) {
            wakeOne();
        }
    }

    private void wakeOne() {
        CompletableFuture<Void> first = waiting.poll();
        if (first == null) {
            anybody = false;
            if (waiting.peek() != null) {
                anybody = true;
            }
        } else {
            first.complete(null);
        }
    }

    PublishResult await(Attempt attempt, Duration timeout, int capacity) {
        long start = scheduler.nanoTime();
        while (true) {
            CompletableFuture<Void> made = new CompletableFuture<>();
            waiting.add(made);
            anybody = true;
            KeyTable.Offer offer = attempt.offer();
            if (offer == KeyTable.Offer.ACCEPTED) {
                forget(made);
                return PublishResult.ACCEPTED;
            }
            long remaining = timeout.toNanos() - (scheduler.nanoTime() - start);
            boolean told;
            try {
                told = remaining > 0 && scheduler.await(made, remaining);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                forget(made);
                return PublishResult.refused(
                        Reason.CANCELLED, "the publisher was interrupted while it waited for room in the queue");
            }
            if (!told) {
                forget(made);
                return PublishResult.refused(
                        Reason.QUEUE_FULL,
                        "the queue of this type holds " + capacity + " events and stayed full for " + timeout);
            }
        }
    }

    /** Whoever was told of room and does not need it tells the next. */
    private void forget(CompletableFuture<Void> made) {
        if (!waiting.remove(made)) {
            wakeOne();
        }
    }
}
