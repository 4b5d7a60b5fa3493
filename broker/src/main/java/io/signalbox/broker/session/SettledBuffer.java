package io.signalbox.broker.session;

import java.util.Arrays;

/** Log positions of deliveries that ended in this turn, told to the log as one record. */
final class SettledBuffer {
    private static final long[] NONE = {};
    private static final int POSITIONS_MIN = 8;

    private long[] positions = NONE;
    private int count;

    void add(long position) {
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, Math.max(POSITIONS_MIN, count * 2));
        }
        positions[count++] = position;
    }

    void flush(SessionHost host, long sessionId) {
        if (count > 0) {
            host.settled(sessionId, Arrays.copyOf(positions, count));
            count = 0;
        }
    }

    /** The session's removal is logged, which says it all. */
    void forget() {
        count = 0;
    }
}
