package io.signalbox.bus.queue;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * How long Lincheck looks. The suite's few scenarios take seconds; {@code -Dlinearizability.iterations=200} and
 * {@code -Dlinearizability.invocations=5000} are for a night. Nothing is called before the threads begin: what is made
 * when it is first used is made by several at once.
 */
public final class Linearizability {
    private static final int ITERATIONS = Integer.getInteger("linearizability.iterations", 5);
    private static final int INVOCATIONS = Integer.getInteger("linearizability.invocations", 300);
    /** A tried interleaving costs more than a run at full speed. */
    private static final int INTERLEAVINGS_OF_INVOCATIONS = 5;

    private Linearizability() {}

    /** Real threads, as they come. */
    public static StressOptions stress() {
        return new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsBefore(0)
                .actorsPerThread(3);
    }

    /** One interleaving after the other, chosen. */
    public static ModelCheckingOptions interleavings() {
        return new ModelCheckingOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS / INTERLEAVINGS_OF_INVOCATIONS)
                .threads(2)
                .actorsBefore(0)
                .actorsPerThread(3);
    }
}
