package io.signalbox.configuration.bridge;

import io.signalbox.transport.Health;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.bridge.Bridge;
import io.signalbox.transports.composite.bridge.BridgeCounts;
import io.signalbox.transports.composite.bridge.FarSide;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** All configured bridges, carrying. */
public final class RunningBridges implements AutoCloseable {
    private final Map<String, Bridge> bridges = new LinkedHashMap<>();

    private RunningBridges() {}

    /** @param transports open ones, by name; they stay the caller's */
    public static RunningBridges start(List<BridgeEntry> entries, Function<String, ? extends Transport> transports) {
        RunningBridges running = new RunningBridges();
        try {
            for (BridgeEntry entry : entries) {
                running.bridges.put(
                        entry.name(),
                        Bridge.start(entry.config(), transports.apply(entry.from()), farSide(entry, transports)));
            }
        } catch (RuntimeException | Error e) {
            running.close();
            throw e;
        }
        return running;
    }

    private static FarSide farSide(BridgeEntry entry, Function<String, ? extends Transport> transports) {
        Transport target = transports.apply(entry.to());
        BridgeEntry.ArchiveEntry archive = entry.archive();
        if (archive == null) {
            return FarSide.of(target);
        }
        Transport beside = transports.apply(archive.transport());
        ArchiveSelection selection = new ArchiveSelection(archive.selection());
        return archive.required()
                ? new ArchiveFirst(target, beside, selection)
                : new ArchiveCopies(target, beside, selection);
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

    /** All at once: one whose target hangs holds up no other. */
    @Override
    public void close() {
        CompletableFuture.allOf(bridges.entrySet().stream()
                        .map(bridge -> CompletableFuture.runAsync(
                                bridge.getValue()::close,
                                task -> Thread.ofVirtual()
                                        .name("closing bridge " + bridge.getKey())
                                        .start(task)))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }
}
