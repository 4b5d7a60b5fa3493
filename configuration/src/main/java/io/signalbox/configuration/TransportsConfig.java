package io.signalbox.configuration;

import io.signalbox.configuration.bridge.BridgeEntry;
import io.signalbox.configuration.bridge.BridgesReader;
import io.signalbox.configuration.hierarchy.EnvironmentUrls;
import io.signalbox.configuration.hierarchy.Hierarchy;
import io.signalbox.configuration.hierarchy.HierarchyReader;
import io.signalbox.configuration.hierarchy.Providers;
import io.signalbox.configuration.plan.MessagePlan;
import io.signalbox.configuration.plan.MessageRule;
import io.signalbox.configuration.plan.MessagesReader;
import io.signalbox.configuration.source.EntrySink;
import io.signalbox.configuration.source.References;
import io.signalbox.configuration.source.YamlSource;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.transport.provider.Promise;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeSet;

/** Transports, message types and bridges, read and checked; nothing is open. */
public record TransportsConfig(Hierarchy hierarchy, MessagePlan plan, List<BridgeEntry> bridges) {
    /** The first levels of the keys that are read here. */
    public static final Set<String> SECTIONS = Set.of("transport", "transports", "messages", "bridges");

    public TransportsConfig {
        bridges = List.copyOf(bridges);
    }

    /** Whether there is anything to read, so that nobody looks for libraries in vain. */
    public static boolean isConfigured(Map<String, Entry> entries, Map<String, String> environment) {
        return !entries.isEmpty() || EnvironmentUrls.any(environment);
    }

    public static TransportsConfig none(Set<String> given, String standard) {
        return new TransportsConfig(new Hierarchy(List.of(), given, standard), new MessagePlan(List.of()), List.of());
    }

    public boolean isEmpty() {
        return hierarchy.entries().isEmpty() && plan.rules().isEmpty() && bridges.isEmpty();
    }

    /** Names of the transports on which it depends whether messages are given what they need. */
    Set<String> concerned() {
        Set<String> concerned = new TreeSet<>();
        plan.transports().forEach(name -> concerned.addAll(hierarchy.below(name)));
        return concerned;
    }

    /** The section that a key belongs to, such as {@code bridges} for {@code bridges[0].from}. */
    public static String section(String key) {
        return key.split("[.\\[]", 2)[0];
    }

    /**
     * A file of its own, for applications; whoever reads it may have no other keys in it.
     *
     * @throws InvalidConfigurationException with everything that is wrong
     */
    public static TransportsConfig read(Path file, Map<String, String> environment)
            throws InvalidConfigurationException {
        Problems problems = new Problems();
        Map<String, Entry> entries = new LinkedHashMap<>();
        YamlSource.read(file, new EntrySink() {
            @Override
            public void put(String name, String text, String where) {
                if (SECTIONS.contains(section(name))) {
                    entries.put(name, new Entry(text, where));
                } else {
                    problems.add(where, "unknown key '" + Problems.shorten(name) + "'; there are " + SECTIONS);
                }
            }

            @Override
            public void problem(String where, String text) {
                problems.add(where, text);
            }
        });
        TransportsConfig config = read(entries, environment, Map.of(), "", problems);
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems.texts());
        }
        return config;
    }

    /**
     * @param entries those of {@link #SECTIONS}, by name; later sources in the place of earlier ones
     * @param given what transports promise that are there without being configured, by name
     * @param standard name of the default transport, unless the entries say another; empty: none
     * @param problems is told everything that is wrong; the result is of no use then
     */
    public static TransportsConfig read(
            Map<String, Entry> entries,
            Map<String, String> environment,
            Map<String, Promise> given,
            String standard,
            Problems problems) {
        try {
            return TransportLibraries.with(() -> readAll(entries, environment, given, standard, problems));
        } catch (UncheckedIOException | InvalidPathException | ServiceConfigurationError e) {
            problems.add("transports", "the libraries of transports cannot be read: " + e.getMessage());
            return none(given.keySet(), standard);
        }
    }

    private static TransportsConfig readAll(
            Map<String, Entry> entries,
            Map<String, String> environment,
            Map<String, Promise> given,
            String standard,
            Problems problems) {
        int before = problems.texts().size();
        Map<String, Map<String, Entry>> sections = new LinkedHashMap<>();
        entries.forEach((name, entry) -> sections.computeIfAbsent(
                        section(name).equals("transport") ? "transports" : section(name), key -> new LinkedHashMap<>())
                .put(name, References.resolve(name, entry, environment, problems)));
        Map<String, Entry> ofBridges = sections.getOrDefault("bridges", Map.of());
        Hierarchy hierarchy = new HierarchyReader(new Providers(TransportLibraries.loader()), given, problems)
                .read(
                        sections.getOrDefault("transports", Map.of()),
                        environment,
                        standard,
                        BridgesReader.waits(ofBridges));
        if (problems.texts().size() > before) {
            return none(given.keySet(), standard);
        }
        List<MessageRule> rules = MessagesReader.read(
                sections.getOrDefault("messages", Map.of()), hierarchy.names(), hierarchy.standard(), problems);
        List<BridgeEntry> bridges = BridgesReader.read(
                ofBridges, hierarchy.promises(given, Duration.ZERO), TransportLibraries.loader(), problems);
        checkDoors(rules, hierarchy, bridges, problems);
        return new TransportsConfig(hierarchy, new MessagePlan(rules), bridges);
    }

    /** Nothing sends a message to a transport because a rule says so: what names another way would not be true. */
    private static void checkDoors(
            List<MessageRule> rules, Hierarchy hierarchy, List<BridgeEntry> bridges, Problems problems) {
        for (MessageRule rule : rules) {
            boolean bridged = bridges.stream().anyMatch(bridge -> bridge.to().equals(rule.transport()));
            if (!bridged && !hierarchy.isDoor(rule.transport())) {
                problems.add(
                        rule.where(),
                        rule.subject() + " names the transport '" + rule.transport()
                                + "', to which no message comes: it is not the default (" + hierarchy.standard()
                                + "), and no bridge leads there; to send messages different ways make a composite with"
                                + " `strategy: split` and `split.by: topic` the default");
            }
        }
    }
}
