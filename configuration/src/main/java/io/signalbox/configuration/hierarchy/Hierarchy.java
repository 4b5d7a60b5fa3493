package io.signalbox.configuration.hierarchy;

import io.signalbox.transport.provider.Promise;
import io.signalbox.transports.composite.spool.SpoolPromise;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/**
 * All configured transports, each after those that it is made of.
 *
 * @param given names of transports that are there without being configured, such as a server's own broker
 * @param standard the one for messages that are given no other
 */
public record Hierarchy(List<TransportEntry> entries, Set<String> given, String standard) {
    /** What the client libraries may take beyond the limit that they are given. */
    private static final Duration GRACE = Duration.ofMillis(500);

    public Hierarchy {
        entries = List.copyOf(entries);
        given = Set.copyOf(given);
    }

    public Optional<TransportEntry> find(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    public Set<String> names() {
        Set<String> names = new TreeSet<>(given);
        entries.forEach(entry -> names.add(entry.name()));
        return names;
    }

    /** Whether publishers meet it: it is the default one, or the server's own broker, which its HTTP API publishes to. */
    public boolean isDoor(String name) {
        return name.equals(standard) || given.contains(name);
    }

    /** That transport and all that it is made of, directly or not. */
    public Set<String> below(String name) {
        Set<String> below = new TreeSet<>(Set.of(name));
        find(name).ifPresent(entry -> entry.plan().parts().forEach(part -> below.addAll(below(part))));
        return below;
    }

    /**
     * What each promises, by name.
     *
     * @param ofGiven those of the given ones
     * @param timeout the longest that any server may be asked; ZERO: ask nobody
     */
    public Map<String, Promise> promises(Map<String, Promise> ofGiven, Duration timeout) {
        return promises(ofGiven, timeout, names());
    }

    /**
     * The same, of which only some are asked.
     *
     * @param asked names of those, all at once
     */
    public Map<String, Promise> promises(Map<String, Promise> ofGiven, Duration timeout, Set<String> asked) {
        Map<String, Promise> alone = new LinkedHashMap<>(ofGiven);
        if (!timeout.isZero()) {
            alone.putAll(answers(timeout, asked));
        }
        return together(alone);
    }

    /**
     * What those say that are made of no others, so far as they are asked and answer in time.
     *
     * @param timeout the longest that any server may be asked
     */
    public Map<String, Promise> answers(Duration timeout, Set<String> asked) {
        Map<String, Callable<Promise>> questions = new LinkedHashMap<>();
        entries.stream()
                .filter(entry ->
                        asked.contains(entry.name()) && entry.plan().parts().isEmpty())
                .forEach(entry -> questions.put(
                        entry.name(), () -> spooled(entry, entry.plan().promise(Map.of(), timeout))));
        return AllAtOnce.within(timeout.plus(GRACE), AllAtOnce.start("asking", questions));
    }

    /**
     * What all promise, if some do as is said.
     *
     * @param alone of those that are made of no others, by name; nobody is asked for the rest
     */
    public Map<String, Promise> together(Map<String, Promise> alone) {
        Map<String, Promise> promises = new LinkedHashMap<>(alone);
        for (TransportEntry entry : entries) {
            if (!alone.containsKey(entry.name())) {
                promises.put(entry.name(), spooled(entry, entry.plan().promise(promises, Duration.ZERO)));
            }
        }
        return promises;
    }

    private static Promise spooled(TransportEntry entry, Promise promise) {
        SpoolEntry spool = entry.spool();
        return spool == null ? promise : new SpoolPromise(promise, spool.config());
    }
}
