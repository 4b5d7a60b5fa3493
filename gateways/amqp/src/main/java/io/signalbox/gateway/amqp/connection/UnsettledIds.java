package io.signalbox.gateway.amqp.connection;

/**
 * Ids of the deliveries of one session that are under way to the client and not settled, in their order: they count up,
 * around 2^32, so that the difference of two says which came first. Owned by the connection's loop. Hot path.
 */
final class UnsettledIds {
    static final int NONE = -1;
    private static final int CAPACITY_MIN = 64;

    /** From {@link #from} to {@link #to}. */
    private int[] ids = new int[CAPACITY_MIN];

    /** Settled, and still in the way. */
    private boolean[] gone = new boolean[CAPACITY_MIN];

    private int from;
    private int to;

    private boolean begun;
    private int newest;

    /** A delivery goes in several transfers, others' between them: each says its id, the first one counts. */
    void add(int id) {
        if (begun && id - newest <= 0) {
            return;
        }
        begun = true;
        newest = id;
        if (to == ids.length) {
            makeRoom();
        }
        ids[to] = id;
        gone[to++] = false;
    }

    private void makeRoom() {
        int live = 0;
        for (int i = from; i < to; i++) {
            live += gone[i] ? 0 : 1;
        }
        int[] kept = new int[Math.max(CAPACITY_MIN, 2 * live)];
        int at = 0;
        for (int i = from; i < to; i++) {
            if (!gone[i]) {
                kept[at++] = ids[i];
            }
        }
        ids = kept;
        gone = new boolean[kept.length];
        from = 0;
        to = at;
    }

    void remove(int first, int last) {
        for (int i = place(first); i < to && ids[i] - last <= 0; i++) {
            gone[i] = true;
        }
        while (from < to && gone[from]) {
            from++;
        }
        if (from == to) {
            from = 0;
            to = 0;
        }
    }

    /** @return where the first one is that is this or later; {@link #NONE} */
    int ceiling(int id) {
        for (int i = place(id); i < to; i++) {
            if (!gone[i]) {
                return i;
            }
        }
        return NONE;
    }

    /** @return where the last one is that is this or earlier; {@link #NONE} */
    int floor(int id) {
        for (int i = place(id + 1) - 1; i >= from; i--) {
            if (!gone[i]) {
                return i;
            }
        }
        return NONE;
    }

    int at(int place) {
        return ids[place];
    }

    /** The first that is not before it. */
    private int place(int id) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ids[middle] - id < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
