package io.signalbox.bus.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many elements were ever put into a ring and taken out of it. Knows nothing of the ring, so who counts may keep it
 * when the ring is gone. Any thread may call anything. Hot path.
 */
final class Positions {
    /** Two cache lines, which processors fetch together; each count has its own. */
    private static final int LINE = 16;

    private static final int PUT = LINE;
    private static final int TAKEN = 2 * LINE;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[3 * LINE];

    long put() {
        return (long) LONGS.getVolatile(cells, PUT);
    }

    long taken() {
        return (long) LONGS.getVolatile(cells, TAKEN);
    }

    /** May fail for no reason: ask again. */
    boolean claimPut(long position) {
        return LONGS.weakCompareAndSet(cells, PUT, position, position + 1);
    }

    /** May fail for no reason: ask again. */
    boolean claimTaken(long position) {
        return LONGS.weakCompareAndSet(cells, TAKEN, position, position + 1);
    }

    /** As many as there were at some moment during the call. */
    int count() {
        long taken = taken();
        while (true) {
            long put = put();
            long again = taken();
            if (taken == again) {
                return (int) (put - taken);
            }
            taken = again;
        }
    }
}
