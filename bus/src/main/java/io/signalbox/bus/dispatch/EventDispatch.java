package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.DeadLetterListener;
import io.signalbox.bus.deadletter.DeadLetterStore;
import io.signalbox.bus.deadletter.DeadLetters;
import io.signalbox.bus.deadletter.LetterLimits;
import io.signalbox.bus.deadletter.Parks;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.ledger.EventCounters;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.parts.Routes;
import io.signalbox.bus.queue.Source;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.session.SessionScope;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The front of this package: takes events, knows all lanes, and ends them. */
public final class EventDispatch {
    private static final long REGISTRY_LATER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BusParts parts;
    private final DeadLetters deadLetters;
    private final Routes<EventRoute> routes;
    private final Publishing publishing;
    private final Set<PendingRetry> retries = ConcurrentHashMap.newKeySet();
    private final AtomicLong retriesEver = new AtomicLong();
    /** Weak: a batcher goes with its registration. */
    private final Set<Batcher> batchers = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final AtomicInteger handlersWithLimit = new AtomicInteger();
    private final LongAdder errorHandlerFailures = new LongAdder();
    /** Nothing more is taken but what handlers send, so that they can end what they have. */
    private volatile boolean closing;

    private volatile @Nullable CompletableFuture<Void> drained;
    /** No handler is called any more. */
    private volatile boolean abandoning;

    public EventDispatch(
            BusParts parts,
            LetterLimits letterLimits,
            List<DeadLetterListener> listeners,
            @Nullable DeadLetterStore letterStore,
            Function<DeadLetter, Redrive> redriveCommand) {
        this.parts = parts;
        publishing = new Publishing(parts, this);
        deadLetters = new DeadLetters(
                letterLimits,
                letter -> isCommand(letter)
                        ? CompletableFuture.completedFuture(redriveCommand.apply(letter))
                        : redrive(letter),
                listeners,
                this::unpark,
                parts::newId,
                parts.scheduler(),
                letterStore);
        routes = new Routes<>(type -> new EventRoute(type, parts, this));
    }

    private static boolean isCommand(DeadLetter letter) {
        return letter.envelope().message() instanceof Command<?>;
    }

    public DeadLetters deadLetters() {
        return deadLetters;
    }

    // ---- publishing

    /** @param session null: that of the message being handled, if any */
    public PublishResult publish(Object event, SendOptions options, @Nullable SessionScope session) {
        return refusesNow()
                ? publishing.refusedClosed(
                        parts.envelope(event, parts.scheduler().nowMillis(), Meta.NONE))
                : publishing.publish(routes.get(event.getClass()), event, options, session);
    }

    /** An event that has its envelope already: from outside, or told by the bus itself. */
    public PublishResult publish(Envelope<?> envelope) {
        if (envelope.meta().completion() != null) {
            parts.ledger().ofEvent(envelope.message().getClass()).arrived.increment();
        }
        return refusesNow()
                ? publishing.refusedClosed(envelope)
                : publishing.publish(routes.get(envelope.message().getClass()), envelope);
    }

    /** A link is lost. Called before the next one brings anything. */
    public void linkEnded(Source ended) {
        routes.live().forEach(route -> route.lane.keys().linkEnded(ended));
    }

    /** Is the bus closed to whoever asks? */
    public boolean refusesNow() {
        return closing && (abandoning || Frame.current() == null);
    }

    public boolean hasSubscribers(Class<?> type, @Nullable SessionScope session) {
        return !abandoning && routes.get(type).resolve(session).count > 0;
    }

    // ---- what deliveries ask for

    Batcher batcher(HandlerEntry.OfBatch entry) {
        return (Batcher) entry.gatherer(() -> {
            Batcher made = new Batcher(entry, parts, this);
            batchers.add(made);
            if (closing) {
                made.close();
            }
            return made;
        });
    }

    /** @param atTheEnd run instead, if the bus closes first */
    void retryLater(Runnable again, Runnable atTheEnd, long delayNanos) {
        PendingRetry retry = new PendingRetry(retriesEver.incrementAndGet(), again, atTheEnd);
        retries.add(retry);
        try {
            parts.scheduler()
                    .schedule(
                            () -> {
                                retries.remove(retry);
                                retry.run();
                            },
                            delayNanos);
        } catch (RejectedExecutionException closing) {
            retries.remove(retry);
            retry.giveUp();
            return;
        }
        if (abandoning && retries.remove(retry)) {
            retry.giveUp();
        }
    }

    public void report(Envelope<?> envelope, String handler, Throwable error, int attempts) {
        try {
            parts.errors().onError(envelope, handler, error, attempts);
        } catch (Throwable broken) {
            errorHandlerFailures.increment();
        }
    }

    void handlerStarted() {
        handlersWithLimit.incrementAndGet();
    }

    void handlerEnded() {
        handlersWithLimit.decrementAndGet();
    }

    /** The whole event is dead; no handler was asked. */
    void deadLetterUndelivered(EventLane lane, Envelope<?> envelope, @Nullable KeyQueue key, Reason reason) {
        if (envelope.meta().completion() != null) {
            lane.end(envelope, key, new End.GivenBack(reason, null));
            return;
        }
        try {
            deadLetters.add(
                    envelope,
                    DeadLetter.NOBODY,
                    0,
                    reason,
                    null,
                    parts.scheduler().nowMillis());
        } catch (Throwable broken) {
            report(envelope, "dead letters", broken, 1);
        }
        lane.end(envelope, key, End.KEPT);
    }

    /**
     * Who handles it could not be found out. One that came from outside is not dead, and keeps its place: what is behind
     * it in its key waits with it.
     */
    void unresolved(EventLane lane, Envelope<?> envelope, @Nullable KeyQueue key, Runnable again) {
        if (envelope.meta().completion() == null) {
            deadLetterUndelivered(lane, envelope, key, Reason.REGISTRY);
        } else {
            retryLater(again, () -> deadLetterUndelivered(lane, envelope, key, Reason.CLOSED), REGISTRY_LATER_NANOS);
        }
    }

    /** It went to the transport, which refused it when its publisher was gone already. */
    public void deadLetterSent(Envelope<?> envelope, Reason reason, String detail) {
        EventCounters counters = parts.ledger().ofEvent(envelope.message().getClass());
        counters.sent.decrement();
        counters.dead.increment();
        deadLetters.add(
                envelope,
                DeadLetter.NOBODY,
                0,
                reason,
                new IllegalStateException(detail),
                parts.scheduler().nowMillis());
    }

    // ---- redrive

    private CompletableFuture<Redrive> redrive(DeadLetter letter) {
        if (closing) {
            return CompletableFuture.completedFuture(Redrive.NO_HANDLER);
        }
        EventRoute route = routes.get(letter.envelope().message().getClass());
        SessionScope scope = (SessionScope) letter.envelope().meta().session();
        ResolvedEvent resolved = route.resolve(scope == null || scope.isClosed() ? null : scope);
        ResolvedEvent wanted = letter.handler().equals(DeadLetter.NOBODY) ? resolved : resolved.only(letter.handler());
        if (wanted == null || wanted.count == 0) {
            return CompletableFuture.completedFuture(Redrive.NO_HANDLER);
        }
        return new Delivery(route.lane, parts, this, letter.envelope(), null, wanted, letter).redrive();
    }

    /** A dead letter is gone: what waits behind it goes on. */
    void unpark(DeadLetter letter) {
        if (!abandoning) {
            withParkedKey(letter, KeyTable::unpark);
        }
    }

    /** A handler for that class was registered: keys of letters that an earlier process left are parked again. */
    public void readLetters(Class<?> type) {
        deadLetters.read(type, letter -> withParkedKey(letter, KeyTable::park));
    }

    /** Does nothing if nothing waits behind it. */
    private void withParkedKey(DeadLetter letter, BiConsumer<KeyTable, String> action) {
        String key = letter.envelope().meta().options().orderingKey();
        if (key != null
                && !letter.handler().equals(DeadLetter.NOBODY)
                && letter.parks() instanceof Parks.Of(Class<?> type)
                && !Command.class.isAssignableFrom(type)) {
            EventLane lane = routes.get(type).lane;
            if (lane.settings().parking()) {
                action.accept(lane.keys(), key);
            }
        }
    }

    /** Something was unregistered: no cache may hold it, or its class loader, any longer. */
    public void forgetStale() {
        routes.forgetStale();
    }

    // ---- measuring

    /** Types whose publishers are being held back. */
    public int typesUnderPressure() {
        int count = 0;
        for (EventRoute route : routes.live()) {
            if (route.lane.isUnderPressure()) {
                count++;
            }
        }
        return count;
    }

    /** Handlers with a time limit that are running, those included that were left behind when their time was up. */
    public int handlersWithLimitRunning() {
        return handlersWithLimit.get();
    }

    public long errorHandlerFailures() {
        return errorHandlerFailures.sum();
    }

    // ---- the end

    boolean isAbandoning() {
        return abandoning;
    }

    /** Called whenever an event or a command is at its end. Hot path: one look. */
    public void settledOne() {
        CompletableFuture<Void> waiting = drained;
        if (waiting != null
                && parts.ledger().pendingCommands() == 0
                && parts.ledger().pendingEvents() <= parked()) {
            waiting.complete(null);
        }
    }

    /** What is parked waits for somebody to redrive or discard, which closing does not. */
    private int parked() {
        int parked = 0;
        for (EventRoute route : routes.live()) {
            parked += route.lane.parked();
        }
        return parked;
    }

    /** From now on only handlers may send. */
    public void stop() {
        closing = true;
        List.copyOf(batchers).forEach(Batcher::close);
    }

    /** Waits until all that was taken is at its end, commands too, or the time is over. */
    public void drain(long timeoutNanos) throws InterruptedException {
        CompletableFuture<Void> waiting = new CompletableFuture<>();
        drained = waiting;
        settledOne();
        parts.scheduler().await(waiting, timeoutNanos);
    }

    /** Makes dead letters of what is left. */
    public void close() {
        closing = true;
        abandoning = true;
        // In an order that a simulation can repeat.
        for (PendingRetry retry : retries.stream()
                .sorted(Comparator.comparingLong(PendingRetry::number))
                .toList()) {
            if (retries.remove(retry)) {
                retry.giveUp();
            }
        }
        List.copyOf(batchers).forEach(Batcher::abandon);
        routes.live().stream()
                .sorted(Comparator.comparing(route -> route.type().getName()))
                .forEach(route -> route.lane.abandon());
        routes.close();
    }
}
