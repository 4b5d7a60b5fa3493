package io.signalbox.configuration.bridge;

import io.signalbox.transport.Health;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.bridge.Bridge;
import io.signalbox.transports.composite.bridge.BridgeCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All configured bridges, carrying. */
public final class RunningBridges implements AutoCloseable {
    private final Map<String, Bridge> bridges = new LinkedHashMap<>();

    private RunningBridges() {}

    /** @param transports open ones, by name; they stay the caller's */
    public static RunningBridges start(List<BridgeEntry> entries, Function<String, ? extends Transport> transports) {
        RunningBridges running = new RunningBridges();
        for (BridgeEntry entry : entries) {
            Transport target = transports.apply(entry.to());
            BridgeEntry.ArchiveEntry archive = entry.archive();
            if (archive != null) {
                target = new ArchivingTarget(
                        target, transports.apply(archive.transport()), archive.selection(), archive.required());
            }
            running.bridges.put(entry.name(), Bridge.start(entry.config(), transports.apply(entry.from()), target));
        }
        return running;
    }

    /** By name. */
    public Map<String, Health> health() {
        Map<String, Health> health = new LinkedHashMap<>();
        bridges.forEach((name, bridge) -> health.put(name, bridge.health()));
        return health;
    }

    /** By name. */
    public Map<String, BridgeCounts> counts() {
        Map<String, BridgeCounts> counts = new LinkedHashMap<>();
        bridges.forEach((name, bridge) -> counts.put(name, bridge.counts()));
        return counts;
    }

    @Override
    public void close() {
        bridges.values().forEach(Bridge::close);
    }
}
