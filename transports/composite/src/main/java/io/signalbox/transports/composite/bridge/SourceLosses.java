package io.signalbox.transports.composite.bridge;

import io.signalbox.transport.Session;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the source has given up of the messages that waited for the bridge, as far as it knows. Owned by the bridge's lane;
 * the count is for any thread.
 */
final class SourceLosses {
    private static final Logger LOGGER = LoggerFactory.getLogger(SourceLosses.class);
    private static final long TELL_NANOS_MIN = TimeUnit.MINUTES.toNanos(1);
    private static final long NOT_LOOKED_AT = -1;

    private final String bridge;
    private final String source;

    /** Of the session; a new one may begin anew, or go on from where it was. */
    private long seen = NOT_LOOKED_AT;

    private boolean failed;

    private volatile long count;
    private long told;
    private long toldNanos;

    SourceLosses(String bridge, String source) {
        this.bridge = bridge;
        this.source = source;
    }

    long count() {
        return count;
    }

    /** What is lost until the next look is another bridge's to count. */
    void leave() {
        seen = NOT_LOOKED_AT;
    }

    /**
     * To be called when a session is open, and now and then. What the first look sees is not counted: a source may tell of
     * all that the session has ever lost.
     */
    void look(Session session) {
        try {
            long now = session.lostCount();
            long before = count;
            count = before + (seen == NOT_LOOKED_AT ? 0 : Math.max(0, now - seen));
            seen = now;
        } catch (RuntimeException | LinkageError e) { // a source of an older version has no such method, or half of it
            if (!failed) {
                LOGGER.warn("bridge {}: {} cannot tell what it has given up", bridge, source, e);
            }
            failed = true;
        }
        tell();
    }

    private void tell() {
        long nanos = System.nanoTime();
        if (count > told && (told == 0 || nanos - toldNanos >= TELL_NANOS_MIN)) {
            told = count;
            toldNanos = nanos;
            LOGGER.warn(
                    "bridge {}: {} has given up messages that waited for it, {} so far: they expired, its queue had no room"
                            + " for them, or their retention was over; see queue-messages-max and overflow",
                    bridge,
                    source,
                    told);
        }
    }
}
