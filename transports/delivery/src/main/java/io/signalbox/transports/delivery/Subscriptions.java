package io.signalbox.transports.delivery;

import io.signalbox.message.Guarantee;
import io.signalbox.topic.Topic;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one session. The engine routes by their filters; which of them a message came by is asked here,
 * topic by topic, and remembered. Changed by one thread at a time, read by any.
 */
public final class Subscriptions {
    private static final int REMEMBERED_TOPICS_MAX = 4_096;

    private volatile State state = new State(Map.of());

    private record State(
            Map<Target, FilterSpec> byTarget,
            List<FilterSpec> ordinary,
            boolean anyNoLocal,
            Map<Topic, Optional<Match>> remembered) {
        State(Map<Target, FilterSpec> byTarget) {
            List<FilterSpec> ordinary = byTarget.values().stream()
                    .filter(spec -> spec.shareGroup() == null)
                    .toList();
            this(byTarget, ordinary, ordinary.stream().anyMatch(FilterSpec::noLocal), new ConcurrentHashMap<>());
        }
    }

    public static Target target(FilterSpec spec) {
        return new Target(spec.filter(), spec.shareGroup());
    }

    /** @return what it replaces */
    public synchronized @Nullable FilterSpec put(FilterSpec spec) {
        Map<Target, FilterSpec> changed = new LinkedHashMap<>(state.byTarget);
        FilterSpec before = changed.put(target(spec), spec);
        state = new State(changed);
        return before;
    }

    public synchronized @Nullable FilterSpec remove(Target target) {
        Map<Target, FilterSpec> changed = new LinkedHashMap<>(state.byTarget);
        FilterSpec before = changed.remove(target);
        if (before != null) {
            state = new State(changed);
        }
        return before;
    }

    public List<FilterSpec> all() {
        return List.copyOf(state.byTarget.values());
    }

    /** What identifies them. */
    public List<Target> targets() {
        return List.copyOf(state.byTarget.keySet());
    }

    public @Nullable FilterSpec get(Target target) {
        return state.byTarget.get(target);
    }

    /**
     * The union of the ordinary subscriptions that match.
     *
     * @param own this session published it itself
     * @return null if there is none
     */
    public @Nullable Match match(Topic topic, boolean own) {
        State now = state;
        if (own && now.anyNoLocal) {
            return union(now, topic, true).orElse(null);
        }
        Optional<Match> known = now.remembered.get(topic);
        if (known == null) {
            known = union(now, topic, false);
            if (now.remembered.size() >= REMEMBERED_TOPICS_MAX) {
                now.remembered.clear();
            }
            now.remembered.put(topic, known);
        }
        return known.orElse(null);
    }

    /** Does it match only subscriptions that do not want what this session published itself? */
    public boolean onlyNoLocal(Topic topic) {
        State now = state;
        return now.anyNoLocal
                && union(now, topic, true).isEmpty()
                && union(now, topic, false).isPresent();
    }

    private static Optional<Match> union(State now, Topic topic, boolean own) {
        List<FilterSpec> matching = new ArrayList<>();
        for (FilterSpec spec : now.ordinary) {
            if (spec.filter().matches(topic) && !(own && spec.noLocal())) {
                matching.add(spec);
            }
        }
        return matching.isEmpty() ? Optional.empty() : Optional.of(match(matching));
    }

    /** How a message comes by these, of which there is at least one. */
    public static Match match(List<FilterSpec> matching) {
        Guarantee highest = Guarantee.AT_MOST_ONCE;
        boolean retainAsPublished = false;
        for (FilterSpec spec : matching) {
            highest = spec.guarantee().atMost(highest) == highest ? spec.guarantee() : highest;
            retainAsPublished |= spec.retainAsPublished();
        }
        int[] ids = matching.stream()
                .mapToInt(FilterSpec::subscriptionId)
                .filter(id -> id > 0)
                .toArray();
        return ids.length == 0 && !retainAsPublished
                ? Match.plain(highest)
                : new Match(highest, retainAsPublished, ids);
    }
}
