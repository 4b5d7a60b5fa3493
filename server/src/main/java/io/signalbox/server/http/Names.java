package io.signalbox.server.http;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Gives each thing a key of the characters that AsyncAPI takes in keys, like its name, and never the same one twice. */
final class Names {
    private final Map<Object, String> given = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    /** Where to go on looking for a free one, or names alike would take time with the square of their number. */
    private final Map<String, Integer> next = new HashMap<>();

    String of(Object thing, String name) {
        return given.computeIfAbsent(thing, t -> free(name.replaceAll("[^A-Za-z0-9_.-]+", "_")));
    }

    private String free(String wanted) {
        String name = wanted;
        int i = next.getOrDefault(wanted, 2);
        while (!taken.add(name)) {
            name = wanted + "_" + i++;
        }
        next.put(wanted, i);
        return name;
    }
}
