package io.signalbox.testkit.bus;

/** Many runs of one scenario, each with a seed of its own. */
public final class Simulation {
    private Simulation() {}

    /** One run. */
    @FunctionalInterface
    public interface Scenario {
        /** @param builder has the seed of the run; what it builds is closed afterwards */
        void run(DeterministicBusBuilder builder) throws Exception;
    }

    /**
     * Runs a scenario so many times, with seeds from a random one on; only once, if the system property
     * {@code signalbox.seed} names one.
     *
     * @throws AssertionError at the first failure; it names the seed that repeats it
     */
    public static void run(int runs, Scenario scenario) {
        int number = 0;
        for (long seed : Seeds.of(runs, 0).toArray()) {
            number++;
            DeterministicBusBuilder builder = new DeterministicBusBuilder(seed);
            try (AutoCloseable closing = builder::closeBuilt) {
                scenario.run(builder);
            } catch (Throwable failure) {
                throw new AssertionError("run " + number + " of " + runs + " failed" + Seeds.hint(seed), failure);
            }
        }
    }
}
