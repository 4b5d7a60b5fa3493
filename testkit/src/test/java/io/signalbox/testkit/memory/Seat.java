package io.signalbox.testkit.memory;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is kept of one session. Guarded by the disk's lock. */
final class Seat {
    SessionOptions options;
    final Map<Session.Target, FilterSpec> subscriptions = new LinkedHashMap<>();
    final List<Entry> queue = new ArrayList<>();
    final Map<Integer, Entry> unsettled = new LinkedHashMap<>();
    final Map<Integer, Long> tags = new HashMap<>();

    @Nullable
    MemorySession owner;

    long detachedAt;

    Seat(SessionOptions options) {
        this.options = options;
    }

    int freeId() {
        int id = 1;
        while (unsettled.containsKey(id)) {
            id++;
        }
        return id;
    }

    /** The union of the ordinary subscriptions that match; absent if none does. */
    Optional<Match> match(Message message, @Nullable String publisher) {
        List<FilterSpec> matching = subscriptions.values().stream()
                .filter(s -> s.shareGroup() == null && s.filter().matches(message.topic()))
                .filter(s -> !s.noLocal() || !options.name().equals(publisher))
                .toList();
        return matching.isEmpty() ? Optional.empty() : Optional.of(union(matching));
    }

    static Match union(List<FilterSpec> specs) {
        Guarantee highest = specs.stream()
                .map(FilterSpec::guarantee)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new Match(
                highest,
                specs.stream().anyMatch(FilterSpec::retainAsPublished),
                specs.stream()
                        .mapToInt(FilterSpec::subscriptionId)
                        .filter(id -> id > 0)
                        .toArray());
    }

    long queuedBytes() {
        return queue.stream().mapToLong(e -> e.message.payload().length).sum();
    }

    boolean full(int bytesMore) {
        return queue.size() >= options.queueMessagesMax() || queuedBytes() + bytesMore > options.queueBytesMax();
    }

    /** Unsettled again at the head of the queue, in the order they were offered, with their ids kept. */
    void offerAgainAfterReconnect() {
        int at = 0;
        for (Entry entry : unsettled.values()) {
            if (!entry.received) {
                queue.add(at++, entry);
            }
        }
    }

    /** The next to hand over, taken out of the queue; null if none may be. */
    @Nullable
    Entry next(long now) {
        TreeMap<Integer, Entry> byPriority = new TreeMap<>();
        Set<String> parked = new HashSet<>();
        for (Entry entry : queue) {
            String lane = entry.orderingLane();
            if (entry.notBefore > now || (lane != null && parked.contains(lane))) {
                if (lane != null) {
                    parked.add(lane);
                }
                continue;
            }
            // An id of an earlier connection goes first, as it was.
            byPriority.putIfAbsent(entry.id > 0 ? -1 : 9 - entry.message.priority(), entry);
        }
        if (byPriority.isEmpty()) {
            return null;
        }
        Entry next = byPriority.firstEntry().getValue();
        queue.remove(next);
        return next;
    }
}
