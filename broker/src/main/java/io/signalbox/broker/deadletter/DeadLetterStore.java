package io.signalbox.broker.deadletter;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All dead letters in memory, by id; their durable form is in the log. Thread safe. */
public final class DeadLetterStore {
    private final ConcurrentSkipListMap<Long, DeadLetter> letters = new ConcurrentSkipListMap<>();
    private final AtomicLong lastId;
    private final AtomicLong unresolved = new AtomicLong();

    public DeadLetterStore(Map<Long, DeadLetter> recovered, long lastId) {
        this.lastId = new AtomicLong(lastId);
        letters.putAll(recovered);
        unresolved.set(recovered.values().stream().filter(l -> !l.resolved()).count());
    }

    public long nextId() {
        return lastId.incrementAndGet();
    }

    public void add(DeadLetter letter) {
        letters.put(letter.id(), letter);
        unresolved.incrementAndGet();
    }

    public @Nullable DeadLetter get(long id) {
        return letters.get(id);
    }

    /** Not counting the resolved ones. */
    public long count() {
        return unresolved.get();
    }

    public int size() {
        return letters.size();
    }

    public @Nullable DeadLetter oldest() {
        Map.Entry<Long, DeadLetter> first = letters.firstEntry();
        return first == null ? null : first.getValue();
    }

    public void resolve(long id) {
        letters.computeIfPresent(id, (i, letter) -> {
            if (!letter.resolved()) {
                unresolved.decrementAndGet();
            }
            return letter.asResolved();
        });
    }

    public void remove(long id) {
        DeadLetter gone = letters.remove(id);
        if (gone != null && !gone.resolved()) {
            unresolved.decrementAndGet();
        }
    }

    public List<DeadLetter> find(DeadLetters.Query query) {
        List<DeadLetter> found = new ArrayList<>();
        if (!query.ids().isEmpty()) {
            for (long id : query.ids()) {
                DeadLetter letter = letters.get(id);
                if (letter != null && matches(letter, query) && found.size() < query.limit()) {
                    found.add(letter);
                }
            }
            return found;
        }
        for (DeadLetter letter : letters.values()) {
            if (found.size() >= query.limit()) {
                break;
            }
            if (matches(letter, query)) {
                found.add(letter);
            }
        }
        return found;
    }

    private static boolean matches(DeadLetter letter, DeadLetters.Query query) {
        return (query.includeResolved() || !letter.resolved())
                && (query.topic() == null
                        || query.topic().matches(letter.message().topic()))
                && (query.session() == null || query.session().equals(letter.session()))
                && (query.reason() == null
                        || letter.deaths().stream().anyMatch(death -> death.reason() == query.reason()));
    }
}
