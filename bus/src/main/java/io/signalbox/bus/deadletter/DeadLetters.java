package io.signalbox.bus.deadletter;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.schedule.Scheduler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a bus, oldest first: in memory, and in a store as well if there is one. Bounded: beyond the bound
 * the oldest gives way, which is counted. Thread safe; listeners and store are called without its lock.
 */
public final class DeadLetters {
    public static final int BOUND_DEFAULT = LetterLimits.DEFAULT.lettersMax();

    private final LetterLimits limits;
    private final Redriver redriver;
    private final List<DeadLetterListener> listeners;
    /** Told of letters that are gone without having been handled: whoever waits behind them may go on. */
    private final Consumer<DeadLetter> gone;

    private final Scheduler scheduler;
    private final @Nullable DeadLetterStore store;
    private final Map<String, DeadLetter> letters = new LinkedHashMap<>();
    private final LongFunction<String> ids;
    private final LongAdder evicted = new LongAdder();
    private final LongAdder listenerFailures = new LongAdder();

    /**
     * @param ids makes ids from the present millisecond
     * @param store null: letters end with the process
     */
    public DeadLetters(
            LetterLimits limits,
            Redriver redriver,
            List<DeadLetterListener> listeners,
            Consumer<DeadLetter> gone,
            LongFunction<String> ids,
            Scheduler scheduler,
            @Nullable DeadLetterStore store) {
        this.limits = limits;
        this.redriver = redriver;
        this.listeners = List.copyOf(listeners);
        this.gone = gone;
        this.ids = ids;
        this.scheduler = scheduler;
        this.store = store;
    }

    // ---- arriving

    /** Finds what an earlier process of this name left. */
    public void load() {
        if (store == null) {
            return;
        }
        List<DeadLetter> left = store.load();
        synchronized (letters) {
            left.forEach(letter -> letters.put(letter.id(), letter));
        }
    }

    /**
     * A handler for this class was registered: letters of an earlier process that hold such messages can be read.
     *
     * @return those
     */
    public List<DeadLetter> read(Class<?> type) {
        List<DeadLetter> read = new ArrayList<>();
        if (store == null) {
            return read;
        }
        for (DeadLetter letter : list()) {
            if (letter.envelope().message() instanceof UnreadMessage) {
                DeadLetter known = store.read(letter, type);
                synchronized (letters) {
                    if (known != letter && letters.replace(letter.id(), letter, known)) {
                        read.add(known);
                    }
                }
            }
        }
        return read;
    }

    /** A first death. */
    public DeadLetter add(
            Envelope<?> envelope,
            String handler,
            int attempts,
            Reason reason,
            @Nullable Throwable error,
            long nowMillis) {
        DeadLetter letter = stored(first(envelope, handler, attempts, reason, error, nowMillis));
        keep(letter);
        return letter;
    }

    /** As {@link #add}, but only if it outlives this process. False: somebody else must keep it. */
    public boolean addIfDurable(
            Envelope<?> envelope,
            String handler,
            int attempts,
            Reason reason,
            @Nullable Throwable error,
            long nowMillis) {
        if (store == null) {
            return false;
        }
        DeadLetter letter = stored(first(envelope, handler, attempts, reason, error, nowMillis));
        if (letter.durable()) {
            keep(letter);
        }
        return letter.durable();
    }

    private DeadLetter first(
            Envelope<?> envelope,
            String handler,
            int attempts,
            Reason reason,
            @Nullable Throwable error,
            long nowMillis) {
        return new DeadLetter(
                ids.apply(nowMillis),
                envelope,
                handler,
                attempts,
                List.of(Death.first(handler, reason, nowMillis, error)),
                0,
                false);
    }

    /** Another death of a letter that was taken out for a redrive. */
    public void addAgain(
            DeadLetter letter, int moreAttempts, Reason reason, @Nullable Throwable error, long nowMillis) {
        keep(stored(letter.died(reason, moreAttempts, nowMillis, error)));
    }

    /** Before it can be seen here, so that whoever sees it knows where it is. */
    private DeadLetter stored(DeadLetter letter) {
        return store == null ? letter : letter.withDurable(store.put(letter));
    }

    private void keep(DeadLetter letter) {
        @Nullable DeadLetter oldest = null;
        synchronized (letters) {
            letters.put(letter.id(), letter);
            if (letters.size() > limits.lettersMax()) {
                var first = letters.values().iterator();
                oldest = first.next();
                first.remove();
            }
        }
        for (DeadLetterListener listener : listeners) {
            try {
                listener.onDeadLetter(letter);
            } catch (Throwable broken) {
                listenerFailures.increment();
            }
        }
        if (oldest != null) {
            evicted.increment();
            forget(oldest);
            gone.accept(oldest);
        }
    }

    private void forget(DeadLetter letter) {
        if (store != null) {
            store.remove(letter.id());
        }
    }

    // ---- looking

    /** Oldest first. */
    public List<DeadLetter> list() {
        List<DeadLetter> all;
        synchronized (letters) {
            all = new ArrayList<>(letters.values());
        }
        // What came back from a redrive has not become younger.
        all.sort(Comparator.comparingLong(letter -> letter.deaths().getFirst().firstMillis()));
        return all;
    }

    public Optional<DeadLetter> find(String id) {
        synchronized (letters) {
            return Optional.ofNullable(letters.get(id));
        }
    }

    public int size() {
        synchronized (letters) {
            return letters.size();
        }
    }

    /** How many gave way to newer ones. */
    public long evicted() {
        return evicted.sum();
    }

    /** How often a listener threw; the letter is kept all the same. */
    public long listenerFailures() {
        return listenerFailures.sum();
    }

    // ---- leaving

    /** Tries it once more, with the handler that failed and its retry policy. */
    public CompletableFuture<Redrive> redrive(String id) {
        DeadLetter letter;
        synchronized (letters) {
            letter = letters.get(id);
            if (letter != null && letter.redrives() >= limits.redrivesMax()) {
                return CompletableFuture.completedFuture(Redrive.LIMIT_REACHED);
            }
            letters.remove(id);
        }
        return letter == null
                ? CompletableFuture.completedFuture(Redrive.NOT_FOUND)
                : redrive(letter, letter.redriven());
    }

    /**
     * Tries another message in its place: a new one, with an id of its own and the dead one as its cause. If that fails
     * too, it is the edited message that is kept, with all deaths.
     *
     * @param edited of a class that the handler takes
     */
    public CompletableFuture<Redrive> redriveEdited(String id, Object edited) {
        @Nullable DeadLetter letter;
        synchronized (letters) {
            letter = letters.remove(id);
        }
        return letter == null
                ? CompletableFuture.completedFuture(Redrive.NOT_FOUND)
                : redrive(letter, letter.edited(edited, ids));
    }

    private CompletableFuture<Redrive> redrive(DeadLetter before, DeadLetter tried) {
        return redriver.redrive(tried).thenApply(outcome -> {
            switch (outcome) {
                case RESOLVED -> forget(tried);
                case NO_HANDLER -> {
                    synchronized (letters) {
                        letters.put(before.id(), before);
                    }
                }
                case FAILED_AGAIN, LIMIT_REACHED, NOT_FOUND -> {}
            }
            return outcome;
        });
    }

    /** Redrives one after the other, oldest first, so the order of each key is kept; stops at nothing. */
    public CompletableFuture<Map<Redrive, Integer>> redriveAll(Predicate<? super DeadLetter> which) {
        return redrive(RedrivePlan.of(which)).thenApply(RedriveReport::outcomes);
    }

    /** Redrives those that are dead letters now, as the plan says. */
    public CompletableFuture<RedriveReport> redrive(RedrivePlan plan) {
        List<String> meant =
                list().stream().filter(plan.which()).map(DeadLetter::id).toList();
        return new RedriveRun(plan, meant, this::redrive, scheduler).start();
    }

    /** Gives a dead letter up; what was parked behind it goes on. False if there is none of that id. */
    public boolean discard(String id) {
        @Nullable DeadLetter letter;
        synchronized (letters) {
            letter = letters.remove(id);
        }
        if (letter == null) {
            return false;
        }
        forget(letter);
        gone.accept(letter);
        return true;
    }
}
