package io.signalbox.broker.session;

import java.util.Arrays;

/** Log positions of deliveries that ended in this turn, told to the log as one record, or a few. */
final class SettledBuffer {
    private static final long[] NONE = {};
    private static final int POSITIONS_MIN = 8;

    /** So that a record has less than 160 KiB, whatever the positions. */
    static final int POSITIONS_EACH = 16_384;

    private long[] positions = NONE;
    private int count;

    void add(long position) {
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, Math.max(POSITIONS_MIN, count * 2));
        }
        positions[count++] = position;
    }

    void flush(SessionNotes notes, long sessionId) {
        for (int from = 0; from < count; from += POSITIONS_EACH) {
            notes.settled(sessionId, Arrays.copyOfRange(positions, from, Math.min(count, from + POSITIONS_EACH)));
        }
        count = 0;
    }

    /** The session's removal is logged, which says it all. */
    void forget() {
        count = 0;
    }
}
