package io.signalbox.transports.redis;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many dead letters have gone beyond their bounds, by the server's count; an operator hears of more of them. */
final class Dropped {
    private static final Logger LOG = LoggerFactory.getLogger(Dropped.class);
    private static final long SAY_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private volatile long letters;
    private volatile long foreign;
    private long said;
    private long nextNanos = System.nanoTime();

    long letters() {
        return letters;
    }

    long foreign() {
        return foreign;
    }

    /** By one thread alone: the server's counts. */
    void are(long lettersNow, long foreignNow) {
        letters = lettersNow;
        foreign = foreignNow;
        long all = lettersNow + foreignNow;
        if (all < said) {
            said = 0; // another database
        }
        if (all > said && System.nanoTime() - nextNanos >= 0) {
            LOG.warn(
                    "dead letters were dropped, the oldest first, since there are more than deadLettersMax: {} of this"
                            + " bus and {} of other clients so far",
                    lettersNow,
                    foreignNow);
            said = all;
            nextNanos = System.nanoTime() + SAY_EVERY_NANOS;
        }
    }
}
