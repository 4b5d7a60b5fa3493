package io.signalbox.broker.session;

import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ordering keys of which a delivery has failed. Until it has ended, whatever came after it with its topic and key waits
 * here. Owned by the session's turn.
 */
final class HeldKeys {
    private record Key(Topic topic, String orderingKey) {}

    private static final class Held {
        /** In order of arrival; the first is the one that may be tried again. */
        private final TreeSet<QueueEntry> failed = new TreeSet<>(Comparator.comparingLong(e -> e.order));

        private final List<QueueEntry> waiting = new ArrayList<>();
    }

    private Map<Key, Held> held = Map.of();

    private @Nullable Held of(QueueEntry entry) {
        return held.isEmpty() || entry.orderingKey == null
                ? null
                : held.get(new Key(entry.topic.topic(), entry.orderingKey));
    }

    /** It failed: its key waits for it. Of a delivery without a key, nothing. */
    void hold(QueueEntry failed) {
        if (failed.orderingKey != null) {
            held = held.isEmpty() ? new HashMap<>() : held;
            held.computeIfAbsent(new Key(failed.topic.topic(), failed.orderingKey), k -> new Held())
                    .failed
                    .add(failed);
        }
    }

    /** @return true if it has to wait, and does so here from now on */
    boolean park(QueueEntry next) {
        Held key = of(next);
        if (key == null || next.order <= key.failed.first().order) {
            return false;
        }
        key.waiting.add(next);
        return true;
    }

    /** It left the queue for good. @param returned gets those that may have waited for it alone */
    void ended(QueueEntry entry, Consumer<QueueEntry> returned) {
        Held key = of(entry);
        if (key == null || !key.failed.remove(entry)) {
            return;
        }
        List<QueueEntry> waiting = List.copyOf(key.waiting);
        key.waiting.clear();
        if (key.failed.isEmpty()) {
            held.remove(new Key(entry.topic.topic(), String.valueOf(entry.orderingKey)));
        }
        waiting.forEach(returned);
    }

    /** One of those that wait and are not of the past, taken out; null: there is none. */
    @Nullable
    QueueEntry takeOne() {
        for (Held key : held.values()) {
            for (int i = 0; i < key.waiting.size(); i++) {
                if (!key.waiting.get(i).past) {
                    return key.waiting.remove(i);
                }
            }
        }
        return null;
    }

    /** The lists of those that wait, to look at or to take out of. */
    void forEachList(Consumer<List<QueueEntry>> action) {
        held.values().forEach(key -> action.accept(key.waiting));
    }
}
