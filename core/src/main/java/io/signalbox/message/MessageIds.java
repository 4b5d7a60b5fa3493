package io.signalbox.message;

import io.signalbox.time.TimeSource;
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

    /**
     * The message, under an id in any case: one that had none is given one, and a time if it has none yet, so that it is
     * the same message wherever it goes and however often.
     */
    public static Message identified(Message message, TimeSource time) {
        if (message.properties().id() != null) {
            return message;
        }
        long now = message.timestampMillis() == 0 ? time.millis() : message.timestampMillis();
        return message.toBuilder()
                .timestampMillis(now)
                .properties(message.properties().toBuilder().id(next(now)).build())
                .build();
    }
}
