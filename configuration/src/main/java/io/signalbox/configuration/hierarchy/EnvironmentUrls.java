package io.signalbox.configuration.hierarchy;

import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.transport.provider.TransportProvider;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Transports that the environment names. {@code SIGNALBOX_TRANSPORT_URL} is one called {@code default}, which is the
 * default transport unless the file names another; {@code SIGNALBOX_TRANSPORT_STOCK_URL} is one called {@code stock}.
 * Where the file has a transport of that name, the URL takes the place of its own; the command line's stays.
 */
public final class EnvironmentUrls {
    public static final String PREFIX = "SIGNALBOX_TRANSPORT_";

    private static final String SUFFIX = "URL";
    private static final String UNNAMED = "default";

    private EnvironmentUrls() {}

    /** @param entries that of the file; added to */
    static void read(
            Map<String, String> environment, Providers providers, Map<String, Entry> entries, Problems problems) {
        new TreeMap<>(environment).forEach((variable, url) -> {
            if (!variable.startsWith(PREFIX)) {
                return;
            }
            String where = "environment " + variable;
            String rest = variable.substring(PREFIX.length());
            if (!rest.equals(SUFFIX) && !rest.endsWith("_" + SUFFIX)) {
                problems.add(where, "is none of " + PREFIX + "URL and " + PREFIX + "NAME_URL; unset it");
                return;
            }
            Optional<TransportProvider> provider = providers.ofUrl(url);
            if (provider.isEmpty()) {
                problems.add(where, "is no URL of a transport; it must begin with one of " + providers.urlSchemes());
                return;
            }
            boolean unnamed = rest.equals(SUFFIX);
            String name = unnamed
                    ? UNNAMED
                    : rest.substring(0, rest.length() - SUFFIX.length() - 1)
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-');
            String group = "transports." + name + ".";
            put(entries, group + "type", new Entry(provider.get().type(), where));
            put(entries, group + provider.get().urlSetting(), new Entry(url, where));
            if (unnamed) {
                entries.putIfAbsent("transport", new Entry(UNNAMED, where));
            }
        });
    }

    /** What the command line says counts more. */
    private static void put(Map<String, Entry> entries, String key, Entry entry) {
        entries.merge(key, entry, (said, own) -> said.where().startsWith("--set ") ? said : own);
    }

    /** Whether the environment names any transport. */
    public static boolean any(Map<String, String> environment) {
        return environment.keySet().stream().anyMatch(variable -> variable.startsWith(PREFIX));
    }
}
