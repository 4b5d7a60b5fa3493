package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.ledger.EventCounters;
import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Taken;
import io.signalbox.bus.session.SessionScope;
import io.signalbox.bus.settings.EventSettings;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one type of event, and the workers that empty it. It has no worker while it is empty, and one while its
 * handlers are quick; more are added only when it stands still with events waiting, which is what handlers that block
 * look like (see {@link StandstillWatch}).
 *
 * <p>Ring and counters are shared by all; a worker owns the event it has taken until it is settled.
 */
final class EventLane {
    private final EventSettings settings;
    private final BusParts parts;
    private final EventDispatch dispatch;
    private final EventRoute route;
    private final EventCounters counters;
    /** Events without an envelope, envelopes without a key, and a key for each envelope that waits in its queue. */
    private final BoundedQueue<Object> queue;

    private final KeyTable keys;
    private final Intake intake;
    private final Workers workers;
    private final AtomicInteger parked = new AtomicInteger();
    /** Held here, since the counters hold it weakly. */
    private final IntSupplier queueSize;

    EventLane(Class<?> type, EventSettings settings, BusParts parts, EventDispatch dispatch, EventRoute route) {
        this.settings = settings;
        this.parts = parts;
        this.dispatch = dispatch;
        this.route = route;
        counters = parts.ledger().ofEvent(type);
        queue = new BoundedQueue<>(settings.capacity(), parts.scheduler().nowMillis());
        keys = new KeyTable(this, queue, settings.parkedPerKeyMax(), parts.scheduler());
        intake = new Intake(this, settings, parts.scheduler(), queue, keys);
        workers = new Workers(this, queue, settings.concurrencyMax(), parts.scheduler());
        queueSize = this::queued;
        counters.measures(queue.letInEver(), queueSize);
    }

    EventSettings settings() {
        return settings;
    }

    EventCounters counters() {
        return counters;
    }

    KeyTable keys() {
        return keys;
    }

    EventRoute route() {
        return route;
    }

    int queued() {
        return queue.size() + parked.get();
    }

    /** Events that wait behind a dead letter: so many more, or fewer. */
    void parked(int change) {
        parked.addAndGet(change);
        dispatch.settledOne();
    }

    int parked() {
        return parked.get();
    }

    void roomMade() {
        intake.roomMade();
    }

    boolean isUnderPressure() {
        return intake.isUnderPressure();
    }

    // ---- publishers

    PublishResult offer(Envelope<?> envelope) {
        return letIn(intake.offer(envelope));
    }

    /** An event that needs no envelope until somebody asks. */
    PublishResult offer(Object event, long nowMillis) {
        return letIn(intake.offer(event, nowMillis));
    }

    private PublishResult letIn(PublishResult answer) {
        if (answer == PublishResult.ACCEPTED) {
            workers.wake();
            if (dispatch.isAbandoning()) {
                // Whoever closed the bus may have looked here before.
                abandon();
            }
        }
        return answer;
    }

    /** No handler is called any more: what comes to its turn is a dead letter. */
    boolean isAbandoning() {
        return dispatch.isAbandoning();
    }

    void giveUp(Envelope<?> envelope) {
        dispatch.deadLetterUndelivered(this, envelope, null, Reason.CLOSED);
    }

    // ---- what workers do

    boolean hasWaiting() {
        return queue.sizeInRing() > 0;
    }

    /** @param next from the queue */
    void serve(Object next, Taken taken, Frame frame) {
        intake.roomMade();
        if (next instanceof KeyQueue key) {
            key.turn();
        } else if (next instanceof Envelope<?> envelope) {
            deliver(envelope, null, frame);
        } else {
            deliverBare(next, taken.timeMillis(), frame);
        }
    }

    /** @param frame of the worker; null: it gets one of its own */
    void deliver(Envelope<?> envelope, @Nullable KeyQueue key, @Nullable Frame frame) {
        intake.delivering(cameMillis(envelope));
        deliverNow(envelope, key, frame);
    }

    private void deliverNow(Envelope<?> envelope, @Nullable KeyQueue key, @Nullable Frame frame) {
        Meta meta = envelope.meta();
        SessionScope scope = null;
        if (meta != Meta.NONE) {
            if (envelope.isExpired(parts.scheduler().nowMillis())) {
                end(envelope, key, new End.Dropped(Reason.EXPIRED));
                return;
            }
            scope = (SessionScope) meta.session();
            if (scope != null && scope.isClosed()) {
                dispatch.deadLetterUndelivered(this, envelope, key, Reason.SESSION_CLOSED);
                return;
            }
        }
        if (dispatch.isAbandoning()) {
            dispatch.deadLetterUndelivered(this, envelope, key, Reason.CLOSED);
            return;
        }
        deliver(envelope, key, scope, frame);
    }

    /** The timestamp of one that came from outside is its sender's, who may have another clock, or have sent it long ago. */
    private static long cameMillis(Envelope<?> envelope) {
        Completion outside = envelope.meta().completion();
        return outside == null ? envelope.timestampMillis() : outside.arrivedMillis();
    }

    /** An event without an envelope, without options, session, key or cause. */
    private void deliverBare(Object event, long sentMillis, Frame frame) {
        HandlerSlot single = dispatch.isAbandoning() ? null : singleOrNull();
        if (single == null) {
            deliver(new Envelope<>(event, sentMillis, Meta.NONE), null, frame);
            return;
        }
        intake.delivering(sentMillis);
        Frame.Failure failure = frame.next(single.body(), event, sentMillis);
        if (failure == null) {
            handled();
        } else {
            failed(single, failure);
        }
    }

    private @Nullable HandlerSlot singleOrNull() {
        try {
            return route.resolve(null).single;
        } catch (Throwable brokenRegistry) {
            // Asked again for the envelope, and reported.
            return null;
        }
    }

    private void handled() {
        counters.handled.increment();
        dispatch.settledOne();
    }

    private void failed(HandlerSlot single, Frame.Failure failure) {
        new Delivery(this, parts, dispatch, failure.envelope(), null, ResolvedEvent.of(single), null)
                .singleFailed(single, failure.error());
    }

    private void deliver(
            Envelope<?> envelope, @Nullable KeyQueue key, @Nullable SessionScope scope, @Nullable Frame frame) {
        ResolvedEvent resolved;
        try {
            resolved = route.resolve(scope);
        } catch (Throwable brokenRegistry) {
            dispatch.report(envelope, "registry", brokenRegistry, 1);
            dispatch.unresolved(this, envelope, key, () -> deliverNow(envelope, key, null));
            return;
        }
        HandlerSlot single = resolved.single;
        if (single != null) {
            try {
                if (frame == null) {
                    Frame.call(single.body(), envelope, null);
                } else {
                    frame.next(single.body(), envelope);
                }
            } catch (Throwable error) {
                new Delivery(this, parts, dispatch, envelope, key, resolved, null).singleFailed(single, error);
                return;
            }
            end(envelope, key, End.HANDLED);
        } else if (resolved.count == 0) {
            end(envelope, key, new End.Dropped(Reason.NO_HANDLER));
        } else {
            new Delivery(this, parts, dispatch, envelope, key, resolved, null).run();
        }
    }

    /** The caller-runs way past the queue, for an event without key or envelope. */
    void deliverInline(Object event, HandlerSlot single) {
        counters.accepted.increment();
        Frame.Failure failure = Frame.attempt(single.body(), event, parts.scheduler());
        if (failure == null) {
            handled();
        } else {
            failed(single, failure);
        }
    }

    /** The caller-runs way past the queue. */
    PublishResult deliverInline(Envelope<?> envelope) {
        if (envelope.meta().options().orderingKey() != null) {
            return intake.offer(envelope);
        }
        counters.accepted.increment();
        deliver(envelope, null, null);
        return PublishResult.ACCEPTED;
    }

    /** For an event that is handled at once, or waits behind another of its key; what waits is bounded there, too. */
    boolean mayEnterInline() {
        boolean room = queue.size() < queue.capacity();
        if (room) {
            counters.accepted.increment();
        }
        return room;
    }

    // ---- ends

    /** The one end of whatever has an envelope: told, then counted, and nobody waits for it any more. */
    void end(Envelope<?> envelope, @Nullable KeyQueue key, End end) {
        Meta meta = envelope.meta();
        if (meta != Meta.NONE && meta.completion() != null) {
            tell(meta.completion(), envelope, end);
        }
        switch (end) {
            case End.Handled handled -> counters.handled.increment();
            case End.Kept kept -> counters.dead.increment();
            case End.GivenBack back -> counters.dead.increment();
            case End.Dropped dropped -> counters.dropped(dropped.reason());
        }
        if (meta != Meta.NONE && meta.session() instanceof SessionScope scope) {
            scope.leave();
        }
        if (key != null) {
            key.settled();
        }
        dispatch.settledOne();
    }

    /** Whatever it throws: session, key and queue must not wait for it. */
    private void tell(Completion completion, Envelope<?> envelope, End end) {
        try {
            switch (end) {
                case End.Handled handled -> completion.handled();
                case End.Kept kept -> completion.handled();
                case End.GivenBack back -> completion.failed(back.reason(), back.error());
                case End.Dropped dropped -> completion.failed(dropped.reason(), null);
            }
        } catch (Throwable broken) {
            dispatch.report(envelope, "completion", broken, 1);
        }
    }

    /** It went to the transport, whose matter it is from now on. */
    PublishResult sent(PublishResult answer) {
        if (answer == PublishResult.ACCEPTED) {
            counters.accepted.increment();
            counters.sent.increment();
        } else if (answer == PublishResult.NO_SUBSCRIBERS) {
            counters.unheard.increment();
        }
        return answer;
    }

    /** Makes dead letters of all that waits; the bus is closed. */
    void abandon() {
        intake.close();
        Taken taken = new Taken();
        for (Object next = queue.poll(taken); next != null; next = queue.poll(taken)) {
            Envelope<?> oldest = next instanceof KeyQueue key ? key.dropOldest() : enveloped(next, taken);
            if (oldest != null) {
                dispatch.deadLetterUndelivered(this, oldest, null, Reason.CLOSED);
            }
        }
        for (Envelope<?> owed : keys.takeOwed()) {
            dispatch.deadLetterUndelivered(this, owed, null, Reason.CLOSED);
        }
    }

    /** What was taken from the queue and is no key. */
    static Envelope<?> enveloped(Object next, Taken taken) {
        return next instanceof Envelope<?> envelope ? envelope : new Envelope<>(next, taken.timeMillis(), Meta.NONE);
    }

    /** @param task makes dead letters of what it meets once the bus has given up what waits */
    void execute(Runnable task) {
        try {
            parts.scheduler().execute(task);
        } catch (RejectedExecutionException closed) {
            task.run();
        }
    }
}
