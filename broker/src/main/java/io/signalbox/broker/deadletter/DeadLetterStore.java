package io.signalbox.broker.deadletter;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetter.Death;
import io.signalbox.broker.DeadLetters;
import io.signalbox.broker.session.Dead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All dead letters in memory, by id; their durable form is in the log. Thread safe. */
public final class DeadLetterStore {
    /** On a message that was redriven: the letter it came from. */
    static final String ID_HEADER = "sb-dead-letter-id";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterStore.class);
    private static final int ERROR_CHARS_MAX = 1_024;
    private static final int LETTER_BYTES = 512;
    private static final long PURGES_PER_WARNING = 10_000;

    private final ConcurrentSkipListMap<Long, DeadLetter> letters = new ConcurrentSkipListMap<>();
    private final int lettersMax;
    private final long bytesMax;
    private final AtomicLong lastId;
    private final AtomicLong unresolved = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong purged = new AtomicLong();

    /**
     * @param lettersMax beyond it the oldest go
     * @param bytesMax the same for what they hold in memory together
     */
    public DeadLetterStore(Map<Long, DeadLetter> recovered, long lastId, int lettersMax, long bytesMax) {
        this.lettersMax = lettersMax;
        this.bytesMax = bytesMax;
        this.lastId = new AtomicLong(lastId);
        recovered.values().forEach(this::add);
    }

    /** Makes a letter of it, with all the deaths it has died before. */
    public DeadLetter bury(String session, Dead dead, long nowMillis) {
        Death death = new Death(
                dead.reason(),
                session,
                dead.count(),
                dead.firstMillis() == 0 ? nowMillis : dead.firstMillis(),
                nowMillis,
                shortened(dead.error()));
        DeadLetter letter = new DeadLetter(
                lastId.incrementAndGet(),
                session,
                dead.sequence(),
                nowMillis,
                dead.message(),
                withEarlier(dead, death),
                false);
        add(letter);
        return letter;
    }

    private static String shortened(String error) {
        if (error.length() <= ERROR_CHARS_MAX) {
            return error;
        }
        boolean splitsPair = Character.isHighSurrogate(error.charAt(ERROR_CHARS_MAX - 1));
        return error.substring(0, splitsPair ? ERROR_CHARS_MAX - 1 : ERROR_CHARS_MAX);
    }

    private List<Death> withEarlier(Dead dead, Death death) {
        DeadLetter before = earlier(dead);
        if (before == null) {
            return List.of(death);
        }
        List<Death> deaths = new ArrayList<>(before.deaths());
        for (int i = 0; i < deaths.size(); i++) {
            Death known = deaths.get(i);
            if (known.reason() == death.reason() && known.source().equals(death.source())) {
                deaths.set(
                        i,
                        new Death(
                                death.reason(),
                                death.source(),
                                (int) Math.min(Integer.MAX_VALUE, (long) known.count() + death.count()),
                                known.firstMillis(),
                                death.lastMillis(),
                                death.error()));
                return List.copyOf(deaths);
            }
        }
        deaths.add(death);
        return List.copyOf(deaths);
    }

    private @Nullable DeadLetter earlier(Dead dead) {
        String id = dead.message().properties().headers().get(ID_HEADER);
        try {
            return id == null ? null : letters.get(Long.parseLong(id));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void add(DeadLetter letter) {
        letters.put(letter.id(), letter);
        bytes.addAndGet(bytesOf(letter));
        if (!letter.resolved()) {
            unresolved.incrementAndGet();
        }
    }

    private static long bytesOf(DeadLetter letter) {
        return LETTER_BYTES + letter.message().sizeBytes();
    }

    /** Without a bound a poisoned topic would fill the memory; the server's log says so, though not for each. */
    public void purgeOldest(Consumer<DeadLetter> gone) {
        while (letters.size() > lettersMax || bytes.get() > bytesMax) {
            Map.Entry<Long, DeadLetter> first = letters.firstEntry();
            if (first == null) {
                return;
            }
            if (remove(first.getKey())) {
                if (purged.getAndIncrement() % PURGES_PER_WARNING == 0) {
                    LOG.warn(
                            "dead letter {} on {} is purged, and the oldest from now on: there are over {}, or over {}"
                                    + " MiB of them; redrive or purge what is not needed",
                            first.getKey(),
                            first.getValue().message().topic(),
                            lettersMax,
                            bytesMax >> 20);
                }
                gone.accept(first.getValue());
            }
        }
    }

    public @Nullable DeadLetter get(long id) {
        return letters.get(id);
    }

    /** Not counting the resolved ones. */
    public long count() {
        return unresolved.get();
    }

    public void resolve(long id) {
        DeadLetter letter = letters.get(id);
        if (letter != null && !letter.resolved() && letters.replace(id, letter, letter.asResolved())) {
            unresolved.decrementAndGet();
        }
    }

    /** @return false if it was gone already */
    public boolean remove(long id) {
        DeadLetter gone = letters.remove(id);
        if (gone == null) {
            return false;
        }
        bytes.addAndGet(-bytesOf(gone));
        if (!gone.resolved()) {
            unresolved.decrementAndGet();
        }
        return true;
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
