package io.signalbox.bus.deadletter;

import static java.util.Objects.requireNonNull;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.schedule.Scheduler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a bus, oldest first: in memory, and in a store as well if there is one, each within the bound.
 * Thread safe; handlers, listeners and store are called without a lock.
 */
public final class DeadLetters {
    public static final int BOUND_DEFAULT = LetterLimits.DEFAULT.lettersMax();

    private final LetterLimits limits;
    private final LetterBook book;
    private final Redriver redriver;
    private final List<DeadLetterListener> listeners;
    /** Told of letters that are gone without having been handled: whoever waits behind them may go on. */
    private final Consumer<DeadLetter> gone;

    private final Scheduler scheduler;
    private final @Nullable DeadLetterStore store;
    private final LongFunction<String> ids;
    private final LongAdder evicted = new LongAdder();
    private final LongAdder listenerFailures = new LongAdder();
    private final Set<RedriveRun> runs = ConcurrentHashMap.newKeySet();

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
        book = new LetterBook(limits.lettersMax());
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
        if (store != null) {
            book.found(store.load());
        }
    }

    /**
     * A handler for this class was registered: letters of an earlier process that hold such messages, or park them, can
     * be read.
     *
     * @param parks told of each of which it was not known what it parks, and now is, before anybody can see it
     */
    public void read(Class<?> type, Consumer<DeadLetter> parks) {
        if (store == null) {
            return;
        }
        for (DeadLetter letter : list()) {
            DeadLetter known = letter.isUnread() ? store.read(letter, type) : letter;
            if (known == letter) {
                continue;
            }
            boolean parksNow = !known.parks().equals(letter.parks());
            if (parksNow) {
                parks.accept(known);
            }
            if (!book.replace(letter, known) && parksNow) {
                gone.accept(known);
            }
        }
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
                new Parks.Of(envelope.message().getClass()),
                false);
    }

    /** Another death of a letter that is being redriven. */
    public void addAgain(
            DeadLetter letter, int moreAttempts, Reason reason, @Nullable Throwable error, long nowMillis) {
        keep(stored(letter.died(reason, moreAttempts, nowMillis, error)));
    }

    /** Before it can be seen here, so that whoever sees it knows where it is. */
    private DeadLetter stored(DeadLetter letter) {
        if (store == null) {
            return letter;
        }
        if (letter.durable()) {
            // If the store does not take this form of it, it has the one before.
            store.put(letter);
            return letter;
        }
        if (!book.reserve()) {
            return letter;
        }
        boolean there = store.put(letter);
        if (!there) {
            book.giveBack();
        }
        return letter.withDurable(there);
    }

    private void keep(DeadLetter letter) {
        DeadLetter oldest = book.put(letter);
        for (DeadLetterListener listener : listeners) {
            try {
                listener.onDeadLetter(letter);
            } catch (Throwable broken) {
                listenerFailures.increment();
            }
        }
        if (oldest != null) {
            evicted.increment();
            gone.accept(oldest);
        }
    }

    // ---- looking

    /** Oldest first. */
    public List<DeadLetter> list() {
        return book.list();
    }

    public Optional<DeadLetter> find(String id) {
        return Optional.ofNullable(book.find(id));
    }

    public int size() {
        return book.size();
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

    /** Tries it once more, on a thread of the bus, with the handler that failed and its retry policy. */
    public CompletableFuture<Redrive> redrive(String id) {
        DeadLetter letter = book.beginRedrive(id);
        if (letter == null) {
            return CompletableFuture.completedFuture(Redrive.NOT_FOUND);
        }
        if (letter.redrives() >= limits.redrivesMax()) {
            return untried(letter, Redrive.LIMIT_REACHED);
        }
        return letter.hasUnreadMessage() ? untried(letter, Redrive.NO_HANDLER) : redrive(letter.redriven());
    }

    private CompletableFuture<Redrive> untried(DeadLetter letter, Redrive why) {
        book.endRedrive(letter.id());
        return CompletableFuture.completedFuture(why);
    }

    /**
     * Tries another message in its place: a new one, with an id of its own and the dead one as its cause. If that fails
     * too, it is the edited message that is kept, with all deaths.
     *
     * @param edited of a class that the handler takes
     */
    public CompletableFuture<Redrive> redriveEdited(String id, Object edited) {
        requireNonNull(edited, "edited");
        String ownId = ids.apply(scheduler.nowMillis());
        DeadLetter letter = book.beginRedrive(id);
        return letter == null
                ? CompletableFuture.completedFuture(Redrive.NOT_FOUND)
                : redrive(letter.edited(edited, ownId));
    }

    private CompletableFuture<Redrive> redrive(DeadLetter tried) {
        CompletableFuture<Redrive> ended = new CompletableFuture<>();
        try {
            scheduler.execute(
                    () -> begin(tried).whenComplete((outcome, broken) -> ended.complete(end(tried, outcome, broken))));
        } catch (RejectedExecutionException closed) {
            return untried(tried, Redrive.NO_HANDLER);
        }
        return ended;
    }

    private CompletableFuture<Redrive> begin(DeadLetter tried) {
        try {
            return redriver.redrive(tried);
        } catch (Throwable broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    /** @param broken what the bus itself threw on the way to the handler; null: nothing */
    private Redrive end(DeadLetter tried, @Nullable Redrive outcome, @Nullable Throwable broken) {
        if (broken != null || outcome == null) {
            addAgain(tried, 0, Reason.NO_HANDLER, broken, scheduler.nowMillis());
        }
        book.endRedrive(tried.id());
        if (outcome == Redrive.RESOLVED) {
            DeadLetter resolved = take(tried.id());
            if (resolved != null && !resolved.parks().equals(tried.parks())) {
                // It became known meanwhile, and the redrive has not unparked it.
                gone.accept(resolved);
            }
        }
        return outcome == null ? Redrive.FAILED_AGAIN : outcome;
    }

    private @Nullable DeadLetter take(String id) {
        DeadLetter letter = book.take(id);
        if (letter != null && letter.durable() && store != null) {
            store.remove(id);
        }
        return letter;
    }

    /** Redrives one after the other, oldest first, so the order of each key is kept; stops at nothing. */
    public CompletableFuture<Map<Redrive, Integer>> redriveAll(Predicate<? super DeadLetter> which) {
        return redrive(RedrivePlan.of(which)).thenApply(RedriveReport::outcomes);
    }

    /** Redrives those that are dead letters now, as the plan says. */
    public CompletableFuture<RedriveReport> redrive(RedrivePlan plan) {
        List<String> meant =
                list().stream().filter(plan.which()).map(DeadLetter::id).toList();
        RedriveRun run = new RedriveRun(plan, meant, this::redrive, scheduler);
        runs.add(run);
        CompletableFuture<RedriveReport> report = run.start();
        report.whenComplete((done, never) -> runs.remove(run));
        return report;
    }

    /** Gives a dead letter up; what was parked behind it goes on. False if there is none of that id. */
    public boolean discard(String id) {
        DeadLetter letter = take(id);
        if (letter == null) {
            return false;
        }
        gone.accept(letter);
        return true;
    }

    /** Ends the plans that are being carried out; letters stay. */
    public void close() {
        runs.forEach(RedriveRun::stop);
    }
}
