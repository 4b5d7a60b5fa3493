package io.signalbox.broker.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deliveries under way, by their id. Ids are given out from the low end, so the table is as large as the credit used. */
final class Unsettled {
    private static final int ID_MAX = 65_535;

    private static final int IDS_MIN = 8;
    private static final @Nullable QueueEntry[] NOBODY = {};
    private static final int[] NONE = {};

    private @Nullable QueueEntry[] byId = NOBODY;
    private int[] freeIds = NONE;
    private int free;
    private int idsUsed;
    private int size;

    int size() {
        return size;
    }

    /** Gives the entry an id. The caller has checked the credit, which is at most 65,535. */
    void add(QueueEntry entry) {
        int id;
        do {
            id = free > 0 ? freeIds[--free] : ++idsUsed;
        } while (id < byId.length && byId[id] != null);
        put(id, entry);
    }

    /** Restores an entry under the id it had before a restart. */
    void put(int id, QueueEntry entry) {
        if (id < 1 || id > ID_MAX) {
            throw new IllegalStateException("delivery id " + id + " is outside of 1 to " + ID_MAX);
        }
        if (id >= byId.length) {
            byId = Arrays.copyOf(byId, Math.min(ID_MAX + 1, Math.max(Math.max(id, IDS_MIN) + 1, byId.length * 2)));
        }
        byId[id] = entry;
        entry.deliveryId = id;
        size++;
    }

    @Nullable
    QueueEntry get(int id) {
        return id > 0 && id < byId.length ? byId[id] : null;
    }

    void remove(QueueEntry entry) {
        int id = entry.deliveryId;
        byId[id] = null;
        entry.deliveryId = 0;
        size--;
        if (free == freeIds.length) {
            freeIds = Arrays.copyOf(freeIds, Math.max(IDS_MIN, free * 2));
        }
        freeIds[free++] = id;
    }

    /** In the order of arrival. */
    List<QueueEntry> all() {
        List<QueueEntry> list = new ArrayList<>(size);
        for (QueueEntry entry : byId) {
            if (entry != null) {
                list.add(entry);
            }
        }
        list.sort(Comparator.comparingLong(e -> e.order));
        return list;
    }
}
