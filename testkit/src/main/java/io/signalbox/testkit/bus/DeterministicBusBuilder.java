package io.signalbox.testkit.bus;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.message.MessageIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Collects how a deterministic bus is to be, and builds it. Not thread safe. */
public final class DeterministicBusBuilder {
    private final long seed;
    private final List<DeterministicBus> built = new ArrayList<>();
    private long stallNanos = SeededScheduler.STALL_NANOS_DEFAULT;
    private Faults faults = Faults.NONE;
    private UnaryOperator<BusBuilder> configuration = UnaryOperator.identity();

    DeterministicBusBuilder(long seed) {
        this.seed = seed;
    }

    public long seed() {
        return seed;
    }

    public DeterministicBusBuilder faults(Faults value) {
        faults = value;
        return this;
    }

    /**
     * The settings of the bus under test. Its scheduler, ids, journal and source of chance are the simulation's; its
     * errors are in the recording, unless this gives an error handler.
     */
    public DeterministicBusBuilder configure(UnaryOperator<BusBuilder> settings) {
        UnaryOperator<BusBuilder> before = configuration;
        configuration = builder -> settings.apply(before.apply(builder));
        return this;
    }

    /** How long, of the machine's time, one step may take. */
    DeterministicBusBuilder stallAfter(Duration value) {
        stallNanos = value.toNanos();
        return this;
    }

    /** The bus belongs to the thread that calls this. */
    public DeterministicBus build() {
        // Streams of their own, so that more of one thing does not change another.
        SplittableRandom root = new SplittableRandom(seed);
        SeededScheduler scheduler = new SeededScheduler(seed, root.split(), stallNanos);
        Recording recording = new Recording(scheduler);
        SplittableRandom ids = root.split();
        Disturbance disturbance = new Disturbance(faults, root.split(), scheduler);
        Calls calls = new Calls(recording, faults, root.split());
        BusBuilder builder = Bus.builder()
                .errorHandler((envelope, handler, error, attempts) -> {})
                .middleware(disturbance);
        Bus bus = configuration
                .apply(builder)
                .middleware(calls)
                .scheduler(scheduler)
                .random(root.split())
                .ids(nowMillis -> MessageIds.next(nowMillis, ids))
                .journal(recording)
                .onDeadLetter(recording)
                .build();
        DeterministicBus made = new DeterministicBus(seed, bus, scheduler, recording, calls, root.split());
        built.add(made);
        return made;
    }

    /** Closes all that it has built. */
    void closeBuilt() {
        built.forEach(DeterministicBus::close);
    }
}
