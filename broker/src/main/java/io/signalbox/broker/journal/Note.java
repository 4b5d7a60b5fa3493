package io.signalbox.broker.journal;

import org.jspecify.annotations.Nullable;

/**
 * A record without a route: something about a session that must outlive the process. Kept and tried again while the
 * disk refuses it.
 */
final class Note implements Command {
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

    /** The same for another try; nobody waits for this one any more. */
    Note again() {
        Note next = new Note(type, payload, durable);
        durable = null;
        return next;
    }
}
