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

/**
 * All configured transports, each after those that it is made of.
 *
 * @param given names of transports that are there without being configured, such as a server's own broker
 * @param standard the one for messages that are given no other
 */
public record Hierarchy(List<TransportEntry> entries, Set<String> given, String standard) {
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

    /**
     * What each promises, by name.
     *
     * @param ofGiven those of the given ones
     * @param timeout the longest that any server may be asked; ZERO: ask nobody
     */
    public Map<String, Promise> promises(Map<String, Promise> ofGiven, Duration timeout) {
        Map<String, Promise> promises = new LinkedHashMap<>(ofGiven);
        for (TransportEntry entry : entries) {
            Promise promise = entry.plan().promise(promises, timeout);
            SpoolEntry spool = entry.spool();
            promises.put(entry.name(), spool == null ? promise : new SpoolPromise(promise, spool.config()));
        }
        return promises;
    }
}
