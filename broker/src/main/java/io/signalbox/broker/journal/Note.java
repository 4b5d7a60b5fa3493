package io.signalbox.broker.journal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record without a route: something about a session that must outlive the process. Kept and tried again while the
 * disk refuses it.
 */
final class Note implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(Note.class);

    private final int type;
    private final byte[] payload;
    private @Nullable Runnable durable;

    /** @param durable runs on the sync thread once it is on disk; null: nobody waits */
    Note(int type, byte[] payload, @Nullable Runnable durable) {
        this.type = type;
        this.payload = payload;
        this.durable = durable;
    }

    int type() {
        return type;
    }

    byte[] payload() {
        return payload;
    }

    @Nullable
    Runnable durable() {
        return durable;
    }

    /** Whoever waits hears that it is on disk; what goes wrong there is no fault of the others who wait. */
    void tell() {
        if (durable != null) {
            try {
                durable.run();
            } catch (RuntimeException | Error e) {
                LOG.error("who waited for a record of type {} failed when it was on disk", type, e);
            }
        }
    }

    void logLost(IllegalArgumentException tooLarge) {
        LOG.error(
                "a record of type {} about a session is not logged, and after a restart things are as if it had not"
                        + " happened: {}",
                type,
                tooLarge.getMessage());
    }

    /** The same for another try; nobody waits for this one any more. */
    Note again() {
        Note next = new Note(type, payload, durable);
        durable = null;
        return next;
    }
}
