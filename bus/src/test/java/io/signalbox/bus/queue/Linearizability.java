package io.signalbox.bus.queue;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;

/**
 * How long Lincheck looks. The suite's few scenarios take seconds; {@code -Dsignalbox.long=true} tries fifty times as
 * much. Nothing is called before the threads begin: what is made when it is first used is made by several at once.
 */
public final class Linearizability {
    private static final boolean LONG = Boolean.getBoolean("signalbox.long");
    private static final int ITERATIONS = Integer.getInteger("linearizability.iterations", LONG ? 50 : 5);
    private static final int INVOCATIONS = Integer.getInteger("linearizability.invocations", LONG ? 1_500 : 300);
    private static final int ITERATIONS_VALIDATED = 2;
    private static final int SCENARIOS_OF_MANY_OPERATIONS = 3;
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

    /**
     * For what has no sequential counterpart, but must be right when all threads are done: its {@code @Validate} says
     * so. Cheaper to check, so more is tried; nothing is called afterwards, which might put things right.
     */
    public static <O extends Options<O, ?>> O validated(O options) {
        return options.iterations(ITERATIONS_VALIDATED * ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .actorsPerThread(2)
                .actorsAfter(0)
                .verifier(EpsilonVerifier.class);
    }

    /** For what is asked by many different operations: few of the scenarios have those that a fault needs. */
    public static <O extends Options<O, ?>> O ofManyOperations(O options) {
        return options.iterations(SCENARIOS_OF_MANY_OPERATIONS * ITERATIONS);
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
