package io.signalbox.bus;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** The random numbers of whichever thread asks. */
final class ThreadLocalRandoms implements RandomGenerator {
    @Override
    public long nextLong() {
        return ThreadLocalRandom.current().nextLong();
    }
}
