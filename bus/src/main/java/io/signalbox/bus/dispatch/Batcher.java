package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.handler.Batch;
import io.signalbox.bus.handler.BatchConsumer;
import io.signalbox.bus.ledger.DurationRecorder;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.schedule.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers events for one handler that takes many: a batch goes when it is full, or when its first element has waited
 * long enough. One batch at a time is with the handler; when two more are full, the workers that bring events wait.
 *
 * <p>All fields are guarded by this; the handler is called without the lock.
 */
final class Batcher {
    /** Stands where other handlers have a body; never called. */
    static final Body NO_BODY = frame -> {
        throw new IllegalStateException("a handler of batches is called through its batcher");
    };

    private static final int FULL_BATCHES_MAX = 2;

    private final HandlerEntry.OfBatch entry;
    private final BusParts parts;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private final ArrayDeque<CompletableFuture<Void>> waitingForRoom = new ArrayDeque<>();
    private boolean running;
    private boolean due;
    private Scheduler.@Nullable Timer timer;

    /** @param attempts of this element, this one included */
    record Item(Delivery delivery, HandlerSlot slot, int attempts) {}

    Batcher(HandlerEntry.OfBatch entry, BusParts parts) {
        this.entry = entry;
        this.parts = parts;
    }

    void add(Item item) {
        CompletableFuture<Void> room = null;
        List<Item> batch = null;
        synchronized (this) {
            items.addLast(item);
            if (items.size() >= entry.batch().sizeMax()) {
                batch = takeIfReady();
                if (batch == null
                        && items.size() >= FULL_BATCHES_MAX * entry.batch().sizeMax()) {
                    room = new CompletableFuture<>();
                    waitingForRoom.addLast(room);
                }
            } else if (timer == null && !running) {
                startTimer();
            }
        }
        if (batch != null) {
            start(batch);
        }
        if (room != null) {
            try {
                parts.scheduler().await(room, Long.MAX_VALUE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void startTimer() {
        try {
            timer = parts.scheduler()
                    .schedule(this::timeIsUp, entry.batch().delayMax().toNanos());
        } catch (RejectedExecutionException closed) {
            due = true;
        }
    }

    private void timeIsUp() {
        flush();
    }

    /** Lets go what there is, however little. */
    void flush() {
        List<Item> batch;
        synchronized (this) {
            timer = null;
            due = !items.isEmpty();
            batch = takeIfReady();
        }
        if (batch != null) {
            run(batch);
        }
    }

    private @Nullable List<Item> takeIfReady() {
        if (running || items.isEmpty() || !(due || items.size() >= entry.batch().sizeMax())) {
            return null;
        }
        due = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        running = true;
        List<Item> batch = new ArrayList<>();
        while (batch.size() < entry.batch().sizeMax() && !items.isEmpty()) {
            batch.add(items.removeFirst());
        }
        return batch;
    }

    private void start(List<Item> batch) {
        try {
            parts.scheduler().execute(() -> run(batch));
        } catch (RejectedExecutionException closed) {
            run(batch);
        }
    }

    private void run(List<Item> first) {
        List<Item> batch = first;
        while (batch != null) {
            call(batch);
            List<CompletableFuture<Void>> woken;
            synchronized (this) {
                running = false;
                batch = takeIfReady();
                if (batch == null && !items.isEmpty() && timer == null) {
                    startTimer();
                }
                woken = new ArrayList<>(waitingForRoom);
                waitingForRoom.clear();
            }
            woken.forEach(room -> room.complete(null));
        }
    }

    @SuppressWarnings("unchecked") // the registry holds it under the class that it takes
    private void call(List<Item> items) {
        List<Envelope<Object>> envelopes = new ArrayList<>(items.size());
        for (Item item : items) {
            envelopes.add((Envelope<Object>) item.delivery().envelope());
        }
        Batch<Object> batch = new Batch<>(envelopes);
        BatchConsumer<Object> consumer = (BatchConsumer<Object>) entry.consumer();
        DurationRecorder durations = parts.durations();
        boolean measured = durations != null && durations.samples();
        long start = measured ? parts.scheduler().nanoTime() : 0;
        boolean succeeded = false;
        try {
            // What the handler sends has the first element as its cause: an envelope has one.
            Frame.call(
                    frame -> {
                        consumer.handle(batch);
                        return null;
                    },
                    envelopes.getFirst(),
                    null);
            succeeded = true;
        } catch (Throwable error) {
            batch.failRest(error);
        }
        if (measured) {
            Objects.requireNonNull(durations)
                    .event(entry.type(), entry.name(), parts.scheduler().nanoTime() - start, succeeded);
        }
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            Throwable error = batch.error(i);
            if (error == null) {
                item.delivery().succeeded();
            } else {
                item.delivery().failed(item.slot(), item.attempts(), error);
            }
        }
    }
}
