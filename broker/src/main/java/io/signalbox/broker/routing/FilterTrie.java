package io.signalbox.broker.routing;

import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Filters with wildcards, a level an edge. A match costs O(levels × branching) and does not depend on how many filters
 * there are. {@code #} may stand anywhere; what lies behind one is visited once for each remainder of the topic, so
 * that filters like {@code #/a/#/a/#} cost no more than filter length times topic length. Not thread safe.
 */
final class FilterTrie {
    private final Node root = new Node(null, "");

    private static final class Node {
        private final @Nullable Node parent;
        private final String edge;
        private final List<Route> routes = new ArrayList<>(1);
        private @Nullable Map<String, Node> children;
        private @Nullable Node one;
        private @Nullable Node any;

        Node(@Nullable Node parent, String edge) {
            this.parent = parent;
            this.edge = edge;
        }

        boolean isLeaf() {
            return one == null && any == null && (children == null || children.isEmpty());
        }
    }

    private record Visit(Node node, int depth) {}

    void add(TopicFilter filter, Route route) {
        Node node = root;
        for (String level : filter.levels()) {
            node = childOf(node, level);
        }
        node.routes.add(route);
    }

    private static Node childOf(Node node, String level) {
        return switch (level) {
            case TopicFilter.ONE_LEVEL -> node.one == null ? (node.one = new Node(node, level)) : node.one;
            case TopicFilter.ANY_LEVELS -> node.any == null ? (node.any = new Node(node, level)) : node.any;
            default -> {
                if (node.children == null) {
                    node.children = new HashMap<>(4);
                }
                yield node.children.computeIfAbsent(level, l -> new Node(node, l));
            }
        };
    }

    /** @return false if it was not there */
    boolean remove(TopicFilter filter, Route route) {
        Node node = root;
        for (String level : filter.levels()) {
            Node next = switch (level) {
                case TopicFilter.ONE_LEVEL -> node.one;
                case TopicFilter.ANY_LEVELS -> node.any;
                default -> node.children == null ? null : node.children.get(level);
            };
            if (next == null) {
                return false;
            }
            node = next;
        }
        boolean removed = node.routes.remove(route);
        prune(node);
        return removed;
    }

    private static void prune(Node node) {
        while (node.parent != null && node.routes.isEmpty() && node.isLeaf()) {
            Node parent = node.parent;
            if (parent.one == node) {
                parent.one = null;
            } else if (parent.any == node) {
                parent.any = null;
            } else if (parent.children != null) {
                parent.children.remove(node.edge);
            }
            node = parent;
        }
    }

    /** @param system the topic begins with {@code $}: wildcards in the first level do not match (MQTT 5, 4.7.2) */
    void match(List<String> levels, boolean system, Consumer<Route> found) {
        if (system) {
            Node child = root.children == null ? null : root.children.get(levels.getFirst());
            if (child != null) {
                match(child, levels, 1, null, found);
            }
        } else {
            match(root, levels, 0, null, found);
        }
    }

    private static void match(
            Node node, List<String> levels, int depth, @Nullable Set<Visit> visited, Consumer<Route> found) {
        if (visited != null && !visited.add(new Visit(node, depth))) {
            return;
        }
        if (depth == levels.size()) {
            node.routes.forEach(found);
        } else {
            Node child = node.children == null ? null : node.children.get(levels.get(depth));
            if (child != null) {
                match(child, levels, depth + 1, visited, found);
            }
            if (node.one != null) {
                match(node.one, levels, depth + 1, visited, found);
            }
        }
        if (node.any != null) {
            matchAny(node.any, levels, depth, visited, found);
        }
    }

    private static void matchAny(
            Node any, List<String> levels, int depth, @Nullable Set<Visit> visited, Consumer<Route> found) {
        if (any.isLeaf() && visited == null) {
            any.routes.forEach(found);
            return;
        }
        Set<Visit> seen = visited == null ? new HashSet<>() : visited;
        for (int from = depth; from <= levels.size(); from++) {
            match(any, levels, from, seen, found);
        }
    }
}
