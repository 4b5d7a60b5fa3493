package io.signalbox.security.permission;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.topic.TopicLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The union of some filters: which topics are in it, and whether all topics of another filter are.
 *
 * <p>The second question needs no automaton. Put a level that no filter names, U+0000, in place of every wildcard of
 * the asked filter, and every possible number of them in place of its {@code #}. If each of these few "generic" topics
 * is in the union then so is every topic that the asked filter matches, for a filter here that matched the nameless
 * level did it by a wildcard, and that matches any other level too. And beyond the length of the longest filter here,
 * one more nameless level changes nothing: one of them is already taken by a {@code #}.
 */
final class FilterSet {
    private static final String NAMELESS = "\0";

    private final List<TopicFilter> filters;
    private final int levelsMax;

    FilterSet(List<TopicFilter> filters) {
        this.filters = List.copyOf(filters);
        this.levelsMax = filters.stream().mapToInt(f -> f.levels().size()).max().orElse(0);
    }

    boolean contains(Topic topic) {
        for (TopicFilter filter : filters) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    /** Exact for filters with at most one {@code #}; one with more is judged by its wider form cut at the first. */
    boolean containsAll(TopicFilter asked) {
        if (filters.isEmpty()) {
            return false;
        }
        List<String> levels = asked.levels();
        int any = levels.indexOf(TopicFilter.ANY_LEVELS);
        if (any < 0) {
            return containsGeneric(generic(levels));
        }
        List<String> before = generic(levels.subList(0, any));
        List<String> after = levels.subList(any + 1, levels.size());
        after = after.contains(TopicFilter.ANY_LEVELS) ? List.of() : generic(after);
        int most = Math.min(levelsMax + 1, TopicLimits.LEVELS_MAX - before.size() - after.size());
        for (int count = 0; count <= most; count++) {
            List<String> topic = new ArrayList<>(before);
            for (int i = 0; i < count; i++) {
                topic.add(NAMELESS);
            }
            topic.addAll(after);
            if (isLegal(topic) && !containsGeneric(topic)) {
                return false;
            }
        }
        return true;
    }

    /** No level at all, or a single empty one, is no topic (MQTT 5, 4.7.3). */
    private static boolean isLegal(List<String> topic) {
        return !topic.isEmpty() && !(topic.size() == 1 && topic.getFirst().isEmpty());
    }

    private static List<String> generic(List<String> levels) {
        return levels.stream()
                .map(level -> level.equals(TopicFilter.ONE_LEVEL) ? NAMELESS : level)
                .toList();
    }

    private boolean containsGeneric(List<String> topic) {
        for (TopicFilter filter : filters) {
            if (LevelMatch.matches(filter.levels(), topic)) {
                return true;
            }
        }
        return false;
    }
}
