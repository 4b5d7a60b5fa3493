package io.signalbox.server.config;

import io.signalbox.configuration.TransportsConfig;
import io.signalbox.configuration.source.EntrySink;
import io.signalbox.setting.Entry;
import io.signalbox.setting.NearestKey;
import io.signalbox.setting.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts by key before they are understood, with where each stands; later sources win. Collects every problem. */
final class RawSettings implements EntrySink {
    private static final Pattern INDEX = Pattern.compile("\\[(\\d{1,6})\\]");

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Entry> transports = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, ConfigKey<?>> known = new LinkedHashMap<>();

    RawSettings() {
        ConfigKeys.all().forEach(key -> known.put(key.name(), key));
    }

    @Override
    public void put(String name, String text, String where) {
        if (TransportsConfig.SECTIONS.contains(TransportsConfig.section(name))) {
            transports.put(name, new Entry(text, where));
            return;
        }
        if (!known.containsKey(INDEX.matcher(name).replaceAll("[]"))) {
            String group = name + (name.endsWith("topics") ? "[]." : ".");
            Optional<String> inside =
                    known.keySet().stream().filter(key -> key.startsWith(group)).findFirst();
            if (inside.isPresent()) {
                problem(where, "'" + name + "' is a group of keys, such as " + inside.get() + "; set those");
                return;
            }
            String hint = NearestKey.of(name, List.copyOf(known.keySet()))
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse("; docs/configuration.md lists all keys");
            problem(where, "unknown key '" + shorten(name) + "'" + hint);
            return;
        }
        entries.put(name, new Entry(text, where));
    }

    @Override
    public void problem(String where, String text) {
        problems.add(where + ": " + text);
    }

    /** The value, or after noting the problem the default. */
    <T> T get(ConfigKey<T> key) {
        return get(key, key.name());
    }

    /** The value of a key in the list element {@code index}. */
    <T> T get(ConfigKey<T> key, int index) {
        return get(key, key.name().replace("[]", "[" + index + "]"));
    }

    private <T> T get(ConfigKey<T> key, String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return key.defaultValue();
        }
        try {
            return key.kind().parser().apply(entry.text());
        } catch (IllegalArgumentException e) {
            problem(entry.where(), name + " is '" + shorten(entry.text()) + "'; " + e.getMessage());
            return key.defaultValue();
        }
    }

    boolean isSet(ConfigKey<?> key) {
        return entries.containsKey(key.name());
    }

    /** Where a key was set, for a problem with what it says. */
    String where(ConfigKey<?> key, int index) {
        String name = key.name().replace("[]", "[" + index + "]");
        return Optional.ofNullable(entries.get(name)).map(Entry::where).orElse("default of " + name);
    }

    /** The indexes in use of the list at the start of a name. */
    List<Integer> indexes(String list) {
        TreeSet<Integer> indexes = new TreeSet<>();
        for (String name : entries.keySet()) {
            Matcher m = INDEX.matcher(name);
            if (name.startsWith(list + "[") && m.find()) {
                indexes.add(Integer.parseInt(m.group(1)));
            }
        }
        return List.copyOf(indexes);
    }

    /** What {@link TransportsConfig} reads. */
    Map<String, Entry> transports() {
        return transports;
    }

    void problems(Problems of) {
        problems.addAll(of.texts());
    }

    List<String> problems() {
        return problems;
    }

    static String shorten(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
