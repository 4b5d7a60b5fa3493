package io.signalbox.bus.deadletter;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.message.MessageIds;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a bus, in memory, oldest first. Bounded: beyond the bound the oldest gives way, which is counted
 * and told to the listener of evictions. Thread safe; listeners are called without its lock.
 */
public final class DeadLetters {
    public static final int BOUND_DEFAULT = 1_000;

    private final int bound;
    private final Redriver redriver;
    private final List<DeadLetterListener> listeners;
    /** Told of letters that are gone without having been handled: whoever waits behind them may go on. */
    private final Consumer<DeadLetter> gone;

    private final Map<String, DeadLetter> letters = new LinkedHashMap<>();
    private final LongAdder evicted = new LongAdder();
    private final LongAdder listenerFailures = new LongAdder();

    public DeadLetters(int bound, Redriver redriver, List<DeadLetterListener> listeners, Consumer<DeadLetter> gone) {
        this.bound = bound;
        this.redriver = redriver;
        this.listeners = List.copyOf(listeners);
        this.gone = gone;
    }

    /** A first death. */
    public DeadLetter add(
            Envelope<?> envelope,
            String handler,
            int attempts,
            Reason reason,
            @Nullable Throwable error,
            long nowMillis) {
        DeadLetter letter = new DeadLetter(
                MessageIds.next(nowMillis),
                envelope,
                handler,
                attempts,
                List.of(Death.first(handler, reason, nowMillis, error)),
                0);
        keep(letter);
        return letter;
    }

    /** Another death of a letter that was taken out for a redrive. */
    public void addAgain(
            DeadLetter letter, int moreAttempts, Reason reason, @Nullable Throwable error, long nowMillis) {
        keep(letter.died(reason, moreAttempts, nowMillis, error));
    }

    private void keep(DeadLetter letter) {
        @Nullable DeadLetter oldest = null;
        synchronized (letters) {
            letters.put(letter.id(), letter);
            if (letters.size() > bound) {
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
            gone.accept(oldest);
        }
    }

    /** Oldest first. */
    public List<DeadLetter> list() {
        synchronized (letters) {
            return new ArrayList<>(letters.values());
        }
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

    /** Tries it once more, with the handler that failed and its retry policy. */
    public CompletableFuture<Redrive> redrive(String id) {
        @Nullable DeadLetter letter;
        synchronized (letters) {
            letter = letters.remove(id);
        }
        if (letter == null) {
            return CompletableFuture.completedFuture(Redrive.NOT_FOUND);
        }
        return redrive(letter.redriven());
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
        if (letter == null) {
            return CompletableFuture.completedFuture(Redrive.NOT_FOUND);
        }
        return redrive(letter.redriven().edited(edited));
    }

    private CompletableFuture<Redrive> redrive(DeadLetter tried) {
        return redriver.redrive(tried).thenApply(outcome -> {
            if (outcome == Redrive.NO_HANDLER) {
                synchronized (letters) {
                    letters.put(tried.id(), tried);
                }
            }
            return outcome;
        });
    }

    /** Redrives one after the other, oldest first, so the order of each key is kept; stops at nothing. */
    public CompletableFuture<Map<Redrive, Integer>> redriveAll(Predicate<? super DeadLetter> which) {
        CompletableFuture<Map<Redrive, Integer>> all = CompletableFuture.completedFuture(new EnumMap<>(Redrive.class));
        for (DeadLetter letter : list()) {
            if (which.test(letter)) {
                all = all.thenCompose(counts -> redrive(letter.id()).thenApply(outcome -> {
                    counts.merge(outcome, 1, Integer::sum);
                    return counts;
                }));
            }
        }
        return all;
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
        gone.accept(letter);
        return true;
    }
}
