package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Body;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.handler.Batch;
import io.signalbox.bus.handler.BatchConsumer;
import io.signalbox.bus.ledger.DurationRecorder;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers events for one handler that takes many: a batch goes when it is full, or when its first element has waited
 * long enough. One batch at a time is with the handler (but one whose time was up may still be at it); when two more are full, the
 * workers that bring events wait.
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
    private final EventDispatch dispatch;
    private final boolean chained;
    private final int sizeMax;
    private final long timeoutNanos;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private final ArrayDeque<CompletableFuture<Void>> waitingForRoom = new ArrayDeque<>();
    private boolean running;
    private boolean due;
    /** The bus is closing: nothing waits for company any more. */
    private boolean closing;

    private boolean abandoned;
    private Scheduler.@Nullable Timer timer;

    /** @param attempts of this element, this one included */
    record Item(Delivery delivery, HandlerSlot slot, int attempts) {}

    Batcher(HandlerEntry.OfBatch entry, BusParts parts, EventDispatch dispatch) {
        this.entry = entry;
        this.parts = parts;
        this.dispatch = dispatch;
        chained = parts.chains().hasEventMiddleware();
        sizeMax = chained
                ? Math.min(entry.batch().sizeMax(), ElementChains.ELEMENTS_MAX)
                : entry.batch().sizeMax();
        Duration timeout = entry.options().timeout();
        timeoutNanos = timeout == null ? 0 : timeout.toNanos();
    }

    void add(Item item) {
        CompletableFuture<Void> room = null;
        List<Item> batch = null;
        boolean late;
        synchronized (this) {
            if (!abandoned) {
                items.addLast(item);
            }
            late = abandoned;
            if (closing || items.size() >= sizeMax) {
                batch = takeIfReady();
                if (batch == null && items.size() >= FULL_BATCHES_MAX * sizeMax) {
                    room = new CompletableFuture<>();
                    waitingForRoom.addLast(room);
                }
            } else if (timer == null && !running) {
                startTimer();
            }
        }
        if (late) {
            giveUp(item);
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

    /**
     * Lets go what there is, and from now on whatever comes; not on this thread, which must not wait
     * for the handler, unless handlers run on whatever thread calls.
     */
    void close() {
        List<Item> batch;
        synchronized (this) {
            closing = true;
            batch = takeIfReady();
        }
        if (batch != null) {
            start(batch);
        }
    }

    /** What is not with the handler yet will not be; the bus is closed. */
    void abandon() {
        List<Item> left;
        List<CompletableFuture<Void>> woken;
        synchronized (this) {
            closing = true;
            abandoned = true;
            left = new ArrayList<>(items);
            items.clear();
            woken = new ArrayList<>(waitingForRoom);
            waitingForRoom.clear();
        }
        left.forEach(Batcher::giveUp);
        woken.forEach(room -> room.complete(null));
    }

    private static void giveUp(Item item) {
        item.delivery().die(item.slot(), item.attempts() - 1, Reason.CLOSED, null);
    }

    private @Nullable List<Item> takeIfReady() {
        if (running || items.isEmpty() || !(due || closing || items.size() >= sizeMax)) {
            return null;
        }
        due = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        running = true;
        List<Item> batch = new ArrayList<>();
        while (batch.size() < sizeMax && !items.isEmpty()) {
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
            if (isAbandoned()) {
                batch.forEach(Batcher::giveUp);
            } else {
                call(batch);
            }
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

    /** It was taken before the bus was closed, and its turn comes after that. */
    private synchronized boolean isAbandoned() {
        return abandoned;
    }

    private void call(List<Item> items) {
        List<Envelope<?>> envelopes = new ArrayList<>(items.size());
        for (Item item : items) {
            envelopes.add(item.delivery().envelope());
        }
        DurationRecorder durations = parts.durations();
        boolean measured = durations != null && durations.samples();
        long start = measured ? parts.scheduler().nanoTime() : 0;
        List<@Nullable Throwable> errors = outcomes(envelopes);
        if (measured) {
            boolean succeeded = errors.stream().allMatch(Objects::isNull);
            Objects.requireNonNull(durations)
                    .event(entry.type(), entry.name(), parts.scheduler().nanoTime() - start, succeeded);
        }
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            Throwable error = errors.get(i);
            if (error == null) {
                item.delivery().succeeded();
            } else {
                item.delivery().failed(item.slot(), item.attempts(), error);
            }
        }
    }

    /** What breaks on the way to the handler fails all of them. */
    private List<@Nullable Throwable> outcomes(List<Envelope<?>> envelopes) {
        try {
            return chained
                    ? Arrays.asList(new ElementChains(entry, parts, envelopes, this::callHandler).run())
                    : callHandler(cast(envelopes));
        } catch (Throwable broken) {
            return Collections.nCopies(envelopes.size(), broken);
        }
    }

    @SuppressWarnings("unchecked") // the registry holds it under the class that it takes
    private List<@Nullable Throwable> callHandler(List<Envelope<Object>> envelopes) {
        Batch<Object> batch = new Batch<>(envelopes);
        BatchConsumer<Object> consumer = (BatchConsumer<Object>) entry.consumer();
        Body body = frame -> {
            consumer.handle(batch);
            return null;
        };
        // What the handler sends has the first element as its cause: an envelope has one.
        Envelope<Object> cause = envelopes.getFirst();
        if (timeoutNanos != 0) {
            return batch.end(TimeLimit.call(parts, dispatch, entry, body, cause, timeoutNanos));
        }
        try {
            Frame.call(body, cause, null);
            return batch.end(null);
        } catch (Throwable error) {
            return batch.end(error);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static List<Envelope<Object>> cast(List<Envelope<?>> envelopes) {
        return (List) envelopes;
    }
}
