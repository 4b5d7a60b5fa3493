package io.signalbox.bus.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The workers of a lane, counted. Whoever puts an event in looks at the count afterwards; whoever leaves is counted out
 * first and looks at the queue afterwards. So one of the two sees the other, and no event waits beside a free place
 * that nobody knows of.
 */
final class Places {
    private final int max;
    private final AtomicInteger taken = new AtomicInteger();

    Places(int max) {
        this.max = max;
    }

    int taken() {
        return taken.get();
    }

    /** What an event that was put in asks of whoever put it in. */
    enum Need {
        NOTHING,
        /** The first one; its place is taken. */
        WORKER,
        /** Somebody who looks whether those that are there get on. */
        WATCH
    }

    /** Hot path: one look. */
    Need need() {
        while (true) {
            int now = taken.get();
            if (now > 0) {
                return now < max ? Need.WATCH : Need.NOTHING;
            }
            // Who fails looks again: the worker of another publisher may be at his event for ever.
            if (taken.compareAndSet(0, 1)) {
                return Need.WORKER;
            }
        }
    }

    /** True: the caller has to bring another worker, or to be it. */
    boolean takeOneMore() {
        while (true) {
            int now = taken.get();
            if (now >= max) {
                return false;
            }
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /**
     * For a worker that has found nothing. If all places are taken by others, they will look in their turn.
     *
     * @param somethingWaits looks at the queue
     * @return false: it stays, something came meanwhile
     */
    boolean leave(BooleanSupplier somethingWaits) {
        free();
        return !somethingWaits.getAsBoolean() || !takeOneMore();
    }

    /** For a worker that never began. */
    void free() {
        taken.decrementAndGet();
    }
}
