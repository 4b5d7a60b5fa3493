package io.signalbox.message.envelope;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Headers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts headers back into the order that the sender gave them, if it said which: a map on the way has none. Headers
 * that somebody added on the way come last, those that somebody took out stay out.
 */
final class HeaderOrder {
    private final List<String> arrived = new ArrayList<>();
    private final Map<Integer, String> placed = new HashMap<>();
    private @Nullable List<String> order;

    void add(String name, String value) {
        arrived.add(name);
        arrived.add(value);
    }

    void at(int place, String value) {
        placed.put(place, value);
    }

    /** @param escapedNames in {@link Packed#escape}'s form */
    void order(List<String> escapedNames) {
        order = escapedNames;
    }

    /** @throws SignalboxException MALFORMED if a place is outside of the order */
    Headers headers() {
        List<String> names = order == null ? List.of() : order;
        for (int place : placed.keySet()) {
            if (place >= names.size()) {
                throw new SignalboxException(
                        ReasonCode.MALFORMED,
                        "field " + FieldNames.AT + place + " is outside of the " + names.size() + " names in "
                                + FieldNames.ORDER);
            }
        }
        return Headers.of((order == null ? arrived : ordered(order)).toArray(String[]::new));
    }

    private List<String> ordered(List<String> names) {
        Map<String, Deque<String>> byName = new LinkedHashMap<>();
        for (int i = 0; i < arrived.size(); i += 2) {
            byName.computeIfAbsent(arrived.get(i), name -> new ArrayDeque<>()).add(arrived.get(i + 1));
        }
        List<String> headers = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = Packed.unescape(names.get(i));
            String value = placed.get(i);
            if (value == null) {
                Deque<String> values = byName.get(name);
                value = values == null ? null : values.poll();
            }
            if (value != null) {
                headers.add(name);
                headers.add(value);
            }
        }
        byName.forEach((name, values) -> values.forEach(value -> {
            headers.add(name);
            headers.add(value);
        }));
        return headers;
    }
}
