package io.signalbox.bus.remote;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Events that were let go here without a handler: dropped to make room, stopped by the bus's filter. If their link is
 * lost before the transport has heard of it, a durable session brings them again, when what was behind them in their key
 * may be handled: so they are let go again, once by each link after the one that let go of them. Whatever else has the
 * id of one is a message of its own. As many are remembered as may have been on their way. Thread safe; costs one look
 * while there are none.
 */
final class LetGo {
    private final int eventsMax;
    /** Which link has let go of each origin; guarded by this, the oldest first. */
    private final LinkedHashMap<Object, LinkSource> links = new LinkedHashMap<>();

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
            links.putLast(arrival.origin(), arrival.source());
            if (links.size() > eventsMax) {
                Map.Entry<Object, LinkSource> oldest = links.firstEntry();
                links.remove(oldest.getKey());
            }
            any = true;
        }
    }

    /**
     * Does the link bring again what one before it let go? Asked about one that was never delivered before, the answer
     * is no, and what was let go is forgotten: it would have come first.
     */
    boolean comesAgain(Arrival arrival) {
        if (!any) {
            return false;
        }
        synchronized (this) {
            LinkSource by = links.get(arrival.origin());
            if (by == null || (arrival.isRedelivered() && by.equals(arrival.source()))) {
                return false;
            }
            links.remove(arrival.origin());
            any = !links.isEmpty();
            return arrival.isRedelivered();
        }
    }
}
