package io.signalbox.broker.routing;

import io.signalbox.topic.Topic;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The topics that are remembered, within a number and within the length of their names together. When it is full, a hand
 * goes round those that have no retained message: what was used since it last came by gets another chance, anything else
 * is forgotten (Corbató's clock). Any thread; a lookup takes no lock.
 */
final class TopicTable {
    /** How far the hand goes for one topic: more would be felt by its publisher. */
    private static final int STEPS_MAX = 64;

    private final int topicsMax;
    private final long textMax;
    private final ConcurrentHashMap<Topic, TopicEntry> entries = new ConcurrentHashMap<>();
    private final AtomicLong text = new AtomicLong();
    private final ForgottenTopics forgotten;

    /** Those that may be forgotten, in the order in which the hand comes by. Guarded by itself. */
    private final LinkedHashSet<TopicEntry> candidates = new LinkedHashSet<>();

    /** @param textMax of all topics together, in characters */
    TopicTable(int topicsMax, long textMax, ForgottenTopics forgotten) {
        this.topicsMax = topicsMax;
        this.textMax = textMax;
        this.forgotten = forgotten;
    }

    @Nullable
    TopicEntry use(Topic topic) {
        TopicEntry entry = entries.get(topic);
        if (entry != null) {
            entry.use();
        }
        return entry;
    }

    @Nullable
    TopicEntry find(Topic topic) {
        return entries.get(topic);
    }

    Collection<TopicEntry> all() {
        return entries.values();
    }

    int size() {
        return entries.size();
    }

    /** @return the one that is there, this or another's */
    TopicEntry add(TopicEntry fresh) {
        TopicEntry raced = entries.putIfAbsent(fresh.topic(), fresh);
        if (raced != null) {
            return raced;
        }
        text.addAndGet(length(fresh.topic()));
        mayBeForgotten(fresh, true);
        return fresh;
    }

    /**
     * Changes a topic, which cannot be forgotten meanwhile.
     *
     * @param change of the entry that is there, or null; returns the one to be there, or null
     */
    void change(Topic topic, UnaryOperator<@Nullable TopicEntry> change) {
        entries.compute(topic, (same, known) -> {
            TopicEntry changed = change.apply(known);
            if (known == null && changed != null) {
                text.addAndGet(length(topic));
            }
            if (changed != null) {
                mayBeForgotten(changed, changed.retained() == null);
            }
            return changed;
        });
    }

    /** @return false: neither is there room for another topic, nor was any found that can go */
    boolean makeRoom(Topic topic) {
        for (int step = 0; step < STEPS_MAX && !fits(topic); step++) {
            TopicEntry next = nextCandidate();
            if (next == null) {
                return false;
            }
            if (next.usedSinceLastAsked() || !forget(next)) {
                mayBeForgotten(next, next.retained() == null);
            }
        }
        return fits(topic);
    }

    private boolean fits(Topic topic) {
        return entries.mappingCount() < topicsMax && text.get() + length(topic) <= textMax;
    }

    private @Nullable TopicEntry nextCandidate() {
        synchronized (candidates) {
            return candidates.isEmpty() ? null : candidates.removeFirst();
        }
    }

    private void mayBeForgotten(TopicEntry entry, boolean may) {
        synchronized (candidates) {
            if (may) {
                candidates.add(entry);
            } else {
                candidates.remove(entry);
            }
        }
    }

    /** @return false: it is needed */
    private boolean forget(TopicEntry entry) {
        TopicEntry kept = entries.computeIfPresent(entry.topic(), (topic, known) -> {
            if (known != entry || !entry.leave()) {
                return known;
            }
            text.addAndGet(-length(topic));
            forgotten.add(entry);
            entry.history().close();
            return null;
        });
        return kept != entry;
    }

    private static long length(Topic topic) {
        return topic.text().length();
    }
}
