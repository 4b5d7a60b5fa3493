package io.signalbox.configuration.hierarchy;

import io.signalbox.setting.NearestKey;
import io.signalbox.setting.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts every transport behind those that it is made of. */
final class OpeningOrder {
    private final Map<String, TransportEntry> entries;
    private final Set<String> given;
    private final Problems problems;
    private final Map<String, TransportEntry> done = new LinkedHashMap<>();
    private final Set<String> open = new LinkedHashSet<>();

    OpeningOrder(Map<String, TransportEntry> entries, Set<String> given, Problems problems) {
        this.entries = entries;
        this.given = given;
        this.problems = problems;
    }

    List<TransportEntry> order() {
        entries.values().forEach(this::visit);
        return new ArrayList<>(done.values());
    }

    private void visit(TransportEntry entry) {
        if (done.containsKey(entry.name())) {
            return;
        }
        if (!open.add(entry.name())) {
            problems.add(
                    entry.where(),
                    "the transports " + String.join(", ", open) + " are made of each other; none can be opened first");
            return;
        }
        for (String part : entry.needs()) {
            TransportEntry found = entries.get(part);
            if (found != null) {
                visit(found);
            } else if (!given.contains(part)) {
                problems.add(
                        entry.where(), "transports." + entry.name() + " is made of '" + part + "'" + unknown(part));
            }
        }
        open.remove(entry.name());
        done.put(entry.name(), entry);
    }

    private String unknown(String part) {
        List<String> names = new ArrayList<>(entries.keySet());
        names.addAll(given);
        return NearestKey.of(part, names)
                .map(near -> ", which is not there; did you mean '" + near + "'?")
                .orElse(", which is not there; there are " + names);
    }
}
