package io.signalbox.client.subscribe;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which subscriptions a topic belongs to: those without wildcards by look-up, the others by trying each. */
final class Matches {
    private final Map<String, Map<LocalSubscription, Wire>> exact = new HashMap<>();
    private final Map<LocalSubscription, Wire> wild = new LinkedHashMap<>();
    private int size;

    int size() {
        return size;
    }

    void add(LocalSubscription local, Wire wire) {
        size++;
        if (local.options().filter().isExact()) {
            exact.computeIfAbsent(local.options().filter().text(), key -> new LinkedHashMap<>())
                    .put(local, wire);
        } else {
            wild.put(local, wire);
        }
    }

    void remove(LocalSubscription local) {
        String text = local.options().filter().text();
        Map<LocalSubscription, Wire> same = exact.get(text);
        boolean removed = wild.remove(local) != null || (same != null && same.remove(local) != null);
        size -= removed ? 1 : 0;
        if (same != null && same.isEmpty()) {
            exact.remove(text);
        }
    }

    List<LocalSubscription> find(Message message, long sequence) {
        Topic topic = message.topic();
        List<LocalSubscription> found = new ArrayList<>();
        exact.getOrDefault(topic.text(), Map.of()).forEach((local, wire) -> {
            wire.arrived(message, sequence);
            found.add(local);
        });
        wild.forEach((local, wire) -> {
            if (local.options().filter().matches(topic)) {
                wire.arrived(message, sequence);
                found.add(local);
            }
        });
        return found;
    }

    List<LocalSubscription> all() {
        List<LocalSubscription> all = new ArrayList<>(wild.keySet());
        exact.values().forEach(same -> all.addAll(same.keySet()));
        return all;
    }
}
