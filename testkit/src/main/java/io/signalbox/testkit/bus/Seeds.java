package io.signalbox.testkit.bus;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/** Where seeds come from. */
final class Seeds {
    /** Sets the one seed that is to be run. */
    static final String PROPERTY = "signalbox.seed";

    private Seeds() {}

    /** @throws IllegalArgumentException if the property is no number */
    static long next() {
        String given = System.getProperty(PROPERTY);
        if (given == null) {
            // Short enough to be copied by hand.
            return ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        }
        try {
            return Long.parseLong(given.strip());
        } catch (NumberFormatException noNumber) {
            throw new IllegalArgumentException(
                    "system property " + PROPERTY + " is '" + given + "'; give the number that a failed run printed");
        }
    }

    /** So many, from a random one or the given one on; only the property's, if it is set. */
    static LongStream of(int runs, long first) {
        if (System.getProperty(PROPERTY) != null) {
            return LongStream.of(next());
        }
        long start = first != 0 ? first : next();
        return LongStream.range(start, start + runs);
    }

    static String hint(long seed) {
        return "; repeat this run with -D" + PROPERTY + "=" + seed;
    }
}
