package io.signalbox.message;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Ids for messages that need one and brought none. */
public final class MessageIds {
    private MessageIds() {}

    /** A UUID version 7 (RFC 9562, 5.7): sorts by time, random beyond the millisecond. */
    public static String next(long epochMillis) {
        return next(epochMillis, ThreadLocalRandom.current());
    }

    /** The same, with the caller's own chance: for runs that must repeat. */
    public static String next(long epochMillis, RandomGenerator random) {
        long high = (epochMillis << 16) | 0x7000L | random.nextInt(1 << 12);
        long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
