package io.signalbox.setting;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One section of a configuration, such as that of a transport. {@link #check} tells everything that is wrong with it;
 * what is read afterwards is right. Not thread safe.
 */
public final class Settings {
    private static final Pattern INDEX = Pattern.compile("\\[(\\d{1,6})\\]");

    private final String path;
    private final Map<String, Entry> entries;

    /**
     * @param path of the section, such as {@code transports.orders}
     * @param entries by name within the section; list elements as {@code archives[0].filter}
     */
    public Settings(String path, Map<String, Entry> entries) {
        this.path = path;
        this.entries = new LinkedHashMap<>(entries);
    }

    public String path() {
        return path;
    }

    /** Where the section begins, for a problem with what is not there. */
    public String where() {
        return entries.values().stream().findFirst().map(Entry::where).orElse(path);
    }

    /** Where a setting stands, or where the section begins. */
    public String where(Setting<?> setting, int index) {
        Entry entry = entries.get(name(setting, index));
        return entry == null ? where() : entry.where();
    }

    /** Notes names that nobody knows, values of the wrong kind, and what is missing. */
    public void check(List<? extends Setting<?>> known, Problems problems) {
        Map<String, Setting<?>> byName = new LinkedHashMap<>();
        known.forEach(setting -> byName.put(setting.name(), setting));
        entries.forEach((name, entry) -> {
            Setting<?> setting = byName.get(INDEX.matcher(name).replaceAll("[]"));
            if (setting == null) {
                problems.add(entry.where(), unknown(name, List.copyOf(byName.keySet())));
            } else {
                checkValue(name, setting, entry, problems);
            }
        });
        for (Setting<?> setting : known) {
            if (setting.isRequired()) {
                checkPresence(setting, problems);
            }
        }
    }

    private String unknown(String name, List<String> known) {
        String group = INDEX.matcher(name).replaceAll("[]");
        Optional<String> inside = known.stream()
                .filter(key -> key.startsWith(group + ".") || key.startsWith(group + "[]."))
                .findFirst();
        if (inside.isPresent()) {
            return "'" + path + "." + name + "' is a group of keys, such as " + inside.get() + "; set those";
        }
        return "unknown key '" + Problems.shorten(path + "." + name) + "'"
                + NearestKey.of(name, known)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("; there are " + String.join(", ", known));
    }

    private void checkValue(String name, Setting<?> setting, Entry entry, Problems problems) {
        try {
            setting.kind().check(entry.text());
        } catch (IllegalArgumentException e) {
            String value = setting.secret() ? "is wrong" : "is '" + Problems.shorten(entry.text()) + "'";
            problems.add(entry.where(), path + "." + name + " " + value + "; " + e.getMessage());
        }
    }

    private void checkPresence(Setting<?> setting, Problems problems) {
        String list = setting.list();
        if (list == null) {
            checkPresence(setting, 0, problems);
        } else {
            indexes(list).forEach(index -> checkPresence(setting, index, problems));
        }
    }

    private void checkPresence(Setting<?> setting, int index, Problems problems) {
        String name = name(setting, index);
        if (!entries.containsKey(name)) {
            problems.add(
                    where(),
                    path + "." + name + " is missing (" + setting.kind().form() + "): " + setting.meaning());
        }
    }

    public boolean has(Setting<?> setting) {
        return entries.containsKey(setting.name());
    }

    /** The value, or its default. */
    public <T> T get(Setting<T> setting) {
        return get(setting, 0);
    }

    /**
     * The same of a list's element.
     *
     * @throws IllegalStateException if it was not checked, and is missing
     */
    public <T> T get(Setting<T> setting, int index) {
        Entry entry = entries.get(name(setting, index));
        String text = entry == null ? setting.defaultText() : entry.text();
        if (text == null) {
            throw new IllegalStateException(path + "." + name(setting, index) + " is missing");
        }
        return setting.kind().parser().apply(text);
    }

    /** The indexes in use of a list, in order. */
    public List<Integer> indexes(String list) {
        TreeSet<Integer> indexes = new TreeSet<>();
        for (String name : entries.keySet()) {
            Matcher matcher = INDEX.matcher(name);
            if (name.startsWith(list + "[") && matcher.find()) {
                indexes.add(Integer.parseInt(matcher.group(1)));
            }
        }
        return List.copyOf(indexes);
    }

    /** What is written about one setting; null for nothing. */
    public @Nullable Entry entry(String name) {
        return entries.get(name);
    }

    /** Without the entries of these names and groups: those are somebody else's. */
    public Settings without(List<? extends Setting<?>> others) {
        Map<String, Entry> rest = new LinkedHashMap<>(entries);
        others.forEach(setting -> rest.remove(setting.name()));
        return new Settings(path, rest);
    }

    /** With another value, where nothing was written about it. */
    public Settings with(Setting<?> setting, Entry entry) {
        Map<String, Entry> more = new LinkedHashMap<>(entries);
        more.putIfAbsent(setting.name(), entry);
        return new Settings(path, more);
    }

    private static String name(Setting<?> setting, int index) {
        return setting.name().replace("[]", "[" + index + "]");
    }

    /** Without values: some are secrets. */
    @Override
    public String toString() {
        return path + entries.keySet();
    }
}
