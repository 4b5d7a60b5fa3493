package io.signalbox.bus.registry;

import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.Registration;
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
 * Whatever threads do to the registry at once has the outcome of some order of the same calls by one thread, as
 * {@link RegistrySpecification} has it. The cached lookup is the way of the bus's routes: the epoch first, then the
 * entries, and valid while the epoch is the same.
 */
@Tag("linearizability")
@Param(name = "type", gen = IntGen.class, conf = "0:1")
public class MapRegistryLinearizabilityTest {
    private static final List<Class<?>> TYPES = List.of(Integer.class, Number.class);

    private static final CommandFunction<Command<String>, String> NOTHING = command -> "";

    private final MapRegistry registry = new MapRegistry();
    private volatile Cached cached = new Cached(-1, 0);
    /** Of each type one that is there from the beginning, to be closed. */
    private volatile List<Registration> first = List.of();

    private record Cached(long epoch, int handlers) {}

    /** Filled under Lincheck's eyes, as it gives classes other hash codes than they have outside. */
    private MapRegistry registry() {
        return first.isEmpty() ? filled() : registry;
    }

    private synchronized MapRegistry filled() {
        if (first.isEmpty()) {
            first = List.of(
                    registry.add(new HandlerEntry.OfEvent(TYPES.get(0), "first", HandlerOptions.DEFAULT, event -> {})),
                    registry.add(new HandlerEntry.OfCommand(TYPES.get(1), "first", HandlerOptions.DEFAULT, NOTHING)));
        }
        return registry;
    }

    @Operation
    public boolean addCommand(@Param(name = "type") int type) {
        try {
            registry().add(new HandlerEntry.OfCommand(TYPES.get(type), "command", HandlerOptions.DEFAULT, NOTHING));
            return true;
        } catch (DuplicateHandlerException taken) {
            return false;
        }
    }

    @Operation
    public void addEvent(@Param(name = "type") int type) {
        registry().add(new HandlerEntry.OfEvent(TYPES.get(type), "event", HandlerOptions.DEFAULT, event -> {}));
    }

    @Operation
    public void remove(@Param(name = "type") int type) {
        registry();
        first.get(type).close();
    }

    @Operation
    public @Nullable String command(@Param(name = "type") int type) {
        HandlerEntry.OfCommand found = registry().command(TYPES.get(type));
        return found == null ? null : found.name();
    }

    @Operation
    public int events() {
        return registry().events(Integer.class).size();
    }

    @Operation
    public int eventsAsRoutesLookThemUp() {
        MapRegistry registry = registry();
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
        return registry().size();
    }

    @Test
    void underStress() {
        Linearizability.ofManyOperations(Linearizability.stress())
                .sequentialSpecification(RegistrySpecification.class)
                .check(MapRegistryLinearizabilityTest.class);
    }

    @Test
    void inEveryInterleavingThatIsTried() {
        Linearizability.ofManyOperations(Linearizability.interleavings())
                .sequentialSpecification(RegistrySpecification.class)
                .check(MapRegistryLinearizabilityTest.class);
    }
}
