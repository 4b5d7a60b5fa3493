package io.signalbox.transports.delivery;

import io.signalbox.transport.SessionOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is unsettled, by delivery id. Ids go round, so that one that was just settled is not the next one's: a late
 * settlement meets nobody. At most half of the ids in the circle are taken, which keeps the search for a free one short.
 * Guarded by the mailbox.
 */
final class DeliveryIds<H> {
    private @Nullable Arrival<H>[] byId;
    private final BitSet reserved = new BitSet();
    private int size;
    private int last;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    DeliveryIds() {
        byId = new Arrival[16];
    }

    int size() {
        return size;
    }

    @Nullable
    Arrival<H> get(int id) {
        return id > 0 && id < byId.length ? byId[id] : null;
    }

    /** Keeps the id for a message that had it before. */
    void reserve(int id) {
        room(id);
        reserved.set(id);
    }

    /** @param wanted an id that was reserved for it, or 0 */
    void add(Arrival<H> arrival, int wanted) {
        int id = wanted != 0 && get(wanted) == null ? wanted : free();
        reserved.clear(id);
        byId[id] = arrival;
        arrival.id = id;
        size++;
    }

    private int free() {
        if (2 * (size + reserved.cardinality() + 1) >= byId.length) {
            room(Math.min(SessionOptions.UNSETTLED_MAX, 2 * byId.length));
        }
        for (int tried = 0; tried < byId.length; tried++) {
            last = last + 1 >= byId.length ? 1 : last + 1;
            if (byId[last] == null && !reserved.get(last)) {
                return last;
            }
        }
        reserved.clear(); // only for what never came again: its ids are needed
        return free();
    }

    private void room(int id) {
        if (id >= byId.length) {
            int length = byId.length;
            while (length <= id) {
                length *= 2;
            }
            byId = Arrays.copyOf(byId, Math.min(length, SessionOptions.UNSETTLED_MAX + 1));
        }
    }

    @Nullable
    Arrival<H> remove(int id) {
        Arrival<H> arrival = get(id);
        if (arrival != null) {
            byId[id] = null;
            size--;
        }
        return arrival;
    }

    List<Arrival<H>> all() {
        List<Arrival<H>> all = new ArrayList<>(size);
        for (Arrival<H> arrival : byId) {
            if (arrival != null) {
                all.add(arrival);
            }
        }
        return all;
    }
}
