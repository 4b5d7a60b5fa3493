package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.DeadLetters;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.middleware.RejectedMessageException;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.session.SessionScope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One event with its handlers, once that is more than one quick call: several handlers, a time limit, a batch, a
 * failure. The groups follow each other, the handlers of a group are called concurrently; a group is over when each of
 * its handlers was called once, so that a retry of one does not hold up the others. The event is settled when every
 * handler has succeeded or is a dead letter.
 */
final class Delivery {
    private final EventLane lane;
    private final BusParts parts;
    private final EventDispatch dispatch;
    private final Envelope<?> envelope;
    private final @Nullable KeyQueue key;
    private final ResolvedEvent resolved;
    /** The letter that is being redriven; null: a first delivery. */
    private final @Nullable DeadLetter redriven;

    private final AtomicInteger unsettled;
    private final AtomicInteger inGroup = new AtomicInteger();
    private final CompletableFuture<Void> firstCallsMade = new CompletableFuture<>();
    private final CompletableFuture<Redrive> redriveEnded = new CompletableFuture<>();
    private volatile @Nullable Reason dead;
    private volatile @Nullable Throwable deadOf;
    /** Not all that died is kept by the bus. */
    private volatile boolean givenBack;

    Delivery(
            EventLane lane,
            BusParts parts,
            EventDispatch dispatch,
            Envelope<?> envelope,
            @Nullable KeyQueue key,
            ResolvedEvent resolved,
            @Nullable DeadLetter redriven) {
        this.lane = lane;
        this.parts = parts;
        this.dispatch = dispatch;
        this.envelope = envelope;
        this.key = key;
        this.resolved = resolved;
        this.redriven = redriven;
        unsettled = new AtomicInteger(resolved.count);
    }

    Envelope<?> envelope() {
        return envelope;
    }

    /** Returns when each handler was called once: the worker takes no other event before. */
    void run() {
        startGroup(0);
        if (!firstCallsMade.isDone()) {
            try {
                parts.scheduler().await(firstCallsMade, Long.MAX_VALUE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    CompletableFuture<Redrive> redrive() {
        startGroup(0);
        return redriveEnded;
    }

    /** The only handler was called on the short way, and failed. */
    void singleFailed(HandlerSlot slot, Throwable error) {
        failed(slot, 1, error);
    }

    private void startGroup(int group) {
        if (group == resolved.groups.length) {
            firstCallsMade.complete(null);
            return;
        }
        HandlerSlot[] slots = resolved.groups[group];
        inGroup.set(slots.length);
        for (int i = 1; i < slots.length; i++) {
            HandlerSlot slot = slots[i];
            try {
                parts.scheduler().execute(() -> firstCall(slot, group));
            } catch (RejectedExecutionException closed) {
                firstCall(slot, group);
            }
        }
        firstCall(slots[0], group);
    }

    private void firstCall(HandlerSlot slot, int group) {
        try {
            attempt(slot, 1);
        } finally {
            if (inGroup.decrementAndGet() == 0) {
                startGroup(group + 1);
            }
        }
    }

    private void attempt(HandlerSlot slot, int attempts) {
        SessionScope scope = (SessionScope) envelope.meta().session();
        if (attempts > 1 && scope != null && scope.isClosed()) {
            die(slot, attempts - 1, Reason.SESSION_CLOSED, null);
            return;
        }
        if (slot.batcher() != null) {
            batch(slot.batcher(), slot, attempts);
            return;
        }
        Throwable error = call(slot);
        if (error == null) {
            succeeded();
        } else {
            failed(slot, attempts, error);
        }
    }

    private void batch(Batcher batcher, HandlerSlot slot, int attempts) {
        Filter filter = slot.entry().options().filter();
        try {
            if (filter != null && !filter.accepts(envelope)) {
                succeeded();
                return;
            }
        } catch (Throwable broken) {
            failed(slot, attempts, broken);
            return;
        }
        batcher.add(new Batcher.Item(this, slot, attempts));
    }

    private @Nullable Throwable call(HandlerSlot slot) {
        try {
            if (slot.timeoutNanos() != 0) {
                return TimeLimit.call(parts, dispatch, slot.entry(), slot.body(), envelope, slot.timeoutNanos());
            }
            Frame.call(slot.body(), envelope, null);
            return null;
        } catch (Throwable error) {
            return error;
        }
    }

    void succeeded() {
        if (unsettled.decrementAndGet() == 0) {
            settle();
        }
    }

    /** Decides between another attempt and a dead letter. */
    void failed(HandlerSlot slot, int attempts, Throwable error) {
        lane.counters().failedAttempts.increment();
        dispatch.report(envelope, slot.name(), error, attempts);
        RejectedMessageException rejected = error instanceof RejectedMessageException r ? r : null;
        boolean forGood = rejected != null && rejected.retryAfter() == null;
        if (forGood || !slot.retry().retries(attempts, error)) {
            die(slot, attempts, rejected != null ? rejected.why() : Reason.DELIVERY_LIMIT, error);
            return;
        }
        long delayNanos = RejectedMessageException.notBefore(slot.retry().delayNanos(attempts, parts.random()), error);
        dispatch.retryLater(
                () -> attempt(slot, attempts + 1), () -> die(slot, attempts, Reason.CLOSED, error), delayNanos);
    }

    /** This handler gets no other attempt. */
    void die(HandlerSlot slot, int attempts, Reason reason, @Nullable Throwable error) {
        deadOf = error;
        dead = reason;
        KeyQueue parks = redriven == null && lane.settings().parking() ? key : null;
        if (parks != null) {
            // Before the letter can be seen: whoever redrives it at once must find what is to be released.
            parks.park();
        }
        if (!isKept(slot, attempts, reason, error)) {
            givenBack = true;
            if (parks != null) {
                parks.unpark();
            }
        }
        succeeded();
    }

    private boolean isKept(HandlerSlot slot, int attempts, Reason reason, @Nullable Throwable error) {
        try {
            return keep(slot, attempts, reason, error, parts.scheduler().nowMillis());
        } catch (Throwable broken) {
            dispatch.report(envelope, slot.name(), broken, attempts);
            return false;
        }
    }

    /** False: the transport that it came from is to keep it. */
    private boolean keep(HandlerSlot slot, int attempts, Reason reason, @Nullable Throwable error, long nowMillis) {
        DeadLetters letters = dispatch.deadLetters();
        if (redriven != null) {
            letters.addAgain(redriven, attempts, reason, error, nowMillis);
            return true;
        }
        if (envelope.meta().completion() == null) {
            letters.add(envelope, resolved.nameOf(slot), attempts, reason, error, nowMillis);
            return true;
        }
        // One that the end of this bus has caught is not dead, but another process's.
        return reason != Reason.CLOSED
                && letters.addIfDurable(envelope, resolved.nameOf(slot), attempts, reason, error, nowMillis);
    }

    private void settle() {
        Reason why = dead;
        if (redriven != null) {
            if (why == null) {
                dispatch.unpark(redriven);
            }
            redriveEnded.complete(why == null ? Redrive.RESOLVED : Redrive.FAILED_AGAIN);
            return;
        }
        lane.end(envelope, key, why == null ? End.HANDLED : givenBack ? new End.GivenBack(why, deadOf) : End.KEPT);
    }
}
