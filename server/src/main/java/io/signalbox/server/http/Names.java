package io.signalbox.server.http;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Gives each thing a key of the characters that AsyncAPI takes in keys, like its name, and never the same one twice. */
final class Names {
    private final Map<Object, String> given = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    String of(Object thing, String name) {
        return given.computeIfAbsent(thing, t -> free(name.replaceAll("[^A-Za-z0-9_.-]+", "_")));
    }

    private String free(String wanted) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }
}
