package io.signalbox.configuration.plan;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The topics of a filter, told apart by which of some other filters match them: one topic for each set of filters. The
 * filters are read together, level by level, as automata; whatever level none of them names is like any other such.
 */
final class TopicRegions {
    private static final int DEPTH_MAX = 128;

    private final List<TopicFilter> filters;
    private final String otherwise;
    private final int statesMax;
    private final List<Topic> found = new ArrayList<>();
    private final Set<List<Boolean>> kinds = new HashSet<>();

    private TopicRegions(List<TopicFilter> filters, int statesMax) {
        this.filters = filters;
        this.statesMax = statesMax;
        Set<String> named =
                filters.stream().flatMap(filter -> filter.levels().stream()).collect(Collectors.toSet());
        String fresh = "any";
        while (named.contains(fresh)) {
            fresh += "-";
        }
        otherwise = fresh;
    }

    /**
     * @param statesMax where it is given up
     * @throws IllegalArgumentException if there are more ways than that in which the filters overlap
     */
    static List<Topic> of(TopicFilter within, List<TopicFilter> others, int statesMax) {
        List<TopicFilter> filters =
                Stream.concat(Stream.of(within), others.stream().distinct()).toList();
        TopicRegions regions = new TopicRegions(filters, statesMax);
        regions.walk();
        return regions.found;
    }

    /** Where each filter is after some levels: positions in its levels. */
    private record State(List<String> levels, List<BitSet> positions) {}

    private void walk() {
        Set<List<BitSet>> seen = new HashSet<>();
        Deque<State> open = new ArrayDeque<>();
        open.add(new State(
                List.of(),
                filters.stream().map(filter -> skipped(filter, start())).toList()));
        while (!open.isEmpty()) {
            State state = open.remove();
            for (String level : alphabet(state)) {
                State next = next(state, level);
                if (!next.positions().getFirst().isEmpty()
                        && next.levels().size() <= DEPTH_MAX
                        && seen.add(next.positions())) {
                    if (seen.size() > statesMax) {
                        throw new IllegalArgumentException(filters.getFirst()
                                + " overlaps with other filters in more than " + statesMax + " ways");
                    }
                    note(next);
                    open.add(next);
                }
            }
        }
    }

    private static BitSet start() {
        BitSet start = new BitSet();
        start.set(0);
        return start;
    }

    /** The levels that any filter looks for now, and one that none does. */
    private Set<String> alphabet(State state) {
        Set<String> levels = new TreeSet<>(List.of(otherwise));
        for (int i = 0; i < filters.size(); i++) {
            List<String> of = filters.get(i).levels();
            state.positions().get(i).stream()
                    .filter(position -> position < of.size() && !isWildcard(of.get(position)))
                    .forEach(position -> levels.add(of.get(position)));
        }
        return levels;
    }

    private static boolean isWildcard(String level) {
        return level.equals(TopicFilter.ONE_LEVEL) || level.equals(TopicFilter.ANY_LEVELS);
    }

    private State next(State state, String level) {
        List<BitSet> positions = new ArrayList<>();
        boolean system = state.levels().isEmpty() && level.startsWith("$");
        for (int i = 0; i < filters.size(); i++) {
            TopicFilter filter = filters.get(i);
            positions.add(
                    system && !filter.levels().getFirst().startsWith("$")
                            ? new BitSet()
                            : skipped(
                                    filter,
                                    after(filter.levels(), state.positions().get(i), level)));
        }
        return new State(
                Stream.concat(state.levels().stream(), Stream.of(level)).toList(), positions);
    }

    private static BitSet after(List<String> of, BitSet positions, String level) {
        BitSet next = new BitSet();
        positions.stream().filter(position -> position < of.size()).forEach(position -> {
            String wanted = of.get(position);
            if (wanted.equals(TopicFilter.ANY_LEVELS)) {
                next.set(position);
            } else if (wanted.equals(TopicFilter.ONE_LEVEL) || wanted.equals(level)) {
                next.set(position + 1);
            }
        });
        return next;
    }

    /** A {@code #} may stand for no level. */
    private static BitSet skipped(TopicFilter filter, BitSet positions) {
        List<String> of = filter.levels();
        for (int at = positions.nextSetBit(0); at >= 0 && at < of.size(); at = positions.nextSetBit(at + 1)) {
            if (of.get(at).equals(TopicFilter.ANY_LEVELS)) {
                positions.set(at + 1);
            }
        }
        return positions;
    }

    private void note(State state) {
        Topic topic = Topic.ofMqtt(String.join("/", state.levels()));
        List<Boolean> kind =
                filters.stream().map(filter -> filter.matches(topic)).toList();
        if (kind.getFirst() && kinds.add(kind)) {
            found.add(topic);
        }
    }
}
