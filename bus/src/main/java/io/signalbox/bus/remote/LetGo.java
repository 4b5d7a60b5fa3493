package io.signalbox.bus.remote;

import java.util.LinkedHashSet;

/**
 * Events that were let go here without a handler: dropped to make room, stopped by the bus's filter. If their link is
 * lost before the transport has heard of it, a durable session brings them again, when what was behind them in their key
 * may be handled: so they are let go again. As many are remembered as may have been on their way. Thread safe; costs one
 * look while there are none.
 */
final class LetGo {
    private final int eventsMax;
    /** Guarded by this, the oldest first. */
    private final LinkedHashSet<Object> origins = new LinkedHashSet<>();

    private volatile boolean any;

    /** @param eventsMax 0: nothing comes again, so none are remembered */
    LetGo(int eventsMax) {
        this.eventsMax = eventsMax;
    }

    void add(Arrival arrival) {
        if (eventsMax == 0 || arrival.isSettled()) {
            return;
        }
        synchronized (this) {
            origins.add(arrival.origin());
            if (origins.size() > eventsMax) {
                origins.removeFirst();
            }
            any = true;
        }
    }

    boolean has(Arrival arrival) {
        if (!any || !arrival.mayHaveComeBefore()) {
            return false;
        }
        synchronized (this) {
            return origins.contains(arrival.origin());
        }
    }
}
