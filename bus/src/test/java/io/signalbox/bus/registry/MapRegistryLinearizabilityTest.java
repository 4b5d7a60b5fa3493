package io.signalbox.bus.registry;

import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.queue.Linearizability;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads do to the registry at once has the outcome of some order of the same calls by one thread. The cached
 * lookup is the way of the bus's routes: the epoch first, then the entries, and valid while the epoch is the same.
 */
@Tag("linearizability")
@Param(name = "type", gen = IntGen.class, conf = "0:1")
public class MapRegistryLinearizabilityTest {
    private static final List<Class<?>> TYPES = List.of(Integer.class, Number.class);

    private static final CommandFunction<Command<String>, String> NOTHING = command -> "";

    private final MapRegistry registry = new MapRegistry();
    private volatile Cached cached = new Cached(-1, 0);

    private record Cached(long epoch, int handlers) {}

    @Operation
    public boolean addCommand(@Param(name = "type") int type) {
        try {
            registry.add(new HandlerEntry.OfCommand(TYPES.get(type), "command", HandlerOptions.DEFAULT, NOTHING));
            return true;
        } catch (DuplicateHandlerException taken) {
            return false;
        }
    }

    @Operation
    public void addEvent(@Param(name = "type") int type) {
        registry.add(new HandlerEntry.OfEvent(TYPES.get(type), "event", HandlerOptions.DEFAULT, event -> {}));
    }

    @Operation
    public @Nullable String command(@Param(name = "type") int type) {
        HandlerEntry.OfCommand found = registry.command(TYPES.get(type));
        return found == null ? null : found.name();
    }

    @Operation
    public int events() {
        return registry.events(Integer.class).size();
    }

    @Operation
    public int eventsAsRoutesLookThemUp() {
        Cached known = cached;
        if (known.epoch == registry.epoch()) {
            return known.handlers;
        }
        long epoch = registry.epoch();
        Cached fresh = new Cached(epoch, registry.events(Integer.class).size());
        cached = fresh;
        return fresh.handlers;
    }

    @Operation
    public int size() {
        return registry.size();
    }

    @Test
    void underStress() {
        Linearizability.stress().check(MapRegistryLinearizabilityTest.class);
    }

    @Test
    void inEveryInterleavingThatIsTried() {
        Linearizability.interleavings().check(MapRegistryLinearizabilityTest.class);
    }
}
