package io.signalbox.bus.remote;

import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.MapRegistry;
import io.signalbox.bus.registry.Registry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A registry of a user's own, which a test breaks and mends. */
final class FlakyRegistry implements Registry {
    private final MapRegistry registry = new MapRegistry();
    private volatile boolean broken;
    private volatile long changes;

    void broken(boolean value) {
        broken = value;
        changes++;
    }

    private void demandWhole() {
        if (broken) {
            throw new IllegalStateException("the registry has no directory");
        }
    }

    @Override
    public Registration add(HandlerEntry entry) {
        return registry.add(entry);
    }

    @Override
    public HandlerEntry.@Nullable OfCommand command(Class<?> type) {
        demandWhole();
        return registry.command(type);
    }

    @Override
    public List<HandlerEntry> events(Class<?> type) {
        demandWhole();
        return registry.events(type);
    }

    @Override
    public List<HandlerEntry.OfQuery> queries(Class<?> type) {
        demandWhole();
        return registry.queries(type);
    }

    @Override
    public long epoch() {
        return registry.epoch() + changes;
    }

    @Override
    public int size() {
        return registry.size();
    }
}
