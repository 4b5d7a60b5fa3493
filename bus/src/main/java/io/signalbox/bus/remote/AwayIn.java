package io.signalbox.bus.remote;

import io.signalbox.bus.queue.Parking;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which ordering key each event is known to be away, whichever session of the link brought it: so one that comes
 * again too early is turned away before the inbox is asked and the codec, and one that ends before its key is asked is
 * not waited for there. Thread safe; costs one look while nothing is away.
 */
final class AwayIn {
    /** Beyond it the oldest take the long way: its key is asked when it was read. */
    private static final int EVENTS_MAX = 40_000;

    /** By origin; guarded by this. */
    private final LinkedHashMap<Object, Parking> keys = new LinkedHashMap<>();

    private volatile boolean any;

    synchronized void put(Arrival arrival, Parking key) {
        keys.put(arrival.origin(), key);
        if (keys.size() > EVENTS_MAX) {
            Map.Entry<Object, Parking> oldest = keys.firstEntry();
            keys.remove(oldest.getKey());
        }
        any = true;
    }

    /** Nothing of it comes again. */
    synchronized void clear() {
        keys.clear();
        any = false;
    }

    /** It has come again: is it still away? */
    boolean turnsAway(Arrival arrival) {
        Parking key = arrival.isSettled() ? null : keyOf(arrival);
        return key != null && key.refuses(arrival);
    }

    private @Nullable Parking keyOf(Arrival arrival) {
        if (!any) {
            return null;
        }
        synchronized (this) {
            return keys.get(arrival.origin());
        }
    }

    /** It has ended, and its key was not asked. */
    void gone(Arrival arrival) {
        Parking key = remove(arrival);
        if (key != null) {
            key.gone(arrival);
        }
    }

    /** Null: it was not known to be away. */
    @Nullable
    Parking remove(Arrival arrival) {
        if (!any) {
            return null;
        }
        synchronized (this) {
            Parking key = keys.remove(arrival.origin());
            any = !keys.isEmpty();
            return key;
        }
    }
}
