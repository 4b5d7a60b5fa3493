package io.signalbox.bus.schedule;

import io.signalbox.time.TimeSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock for those who ask a million times a second: while somebody asks, a thread writes the time down every
 * millisecond, and a reading is a load; when nobody does, the thread sleeps, and the first reading is the clock's own.
 * (Reading the machine's clock costs 20 to 100 ns, as much as all the rest of a publish.)
 */
final class CoarseClock implements AutoCloseable {
    private static final long TICK_NANOS = 1_000_000;
    private static final int IDLE_TICKS_MAX = 50;

    private final TimeSource exact;
    private final Thread ticker;
    private volatile boolean closed;
    /** Written by the ticker alone. */
    private volatile boolean ticking;
    /** The latest reading that anybody was given; so no later one is before it, whoever was held up meanwhile. */
    private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);
    /** Racy on purpose: a lost write costs one more reading of the exact clock. */
    private boolean asked;

    CoarseClock(TimeSource exact) {
        this.exact = exact;
        ticker = Thread.ofPlatform().daemon().name("bus-clock").start(this::tick);
    }

    long millis() {
        if (ticking) {
            if (!asked) {
                asked = true;
            }
            return latest.get();
        }
        asked = true;
        LockSupport.unpark(ticker);
        return read();
    }

    private long read() {
        long now = exact.millis();
        return latest.accumulateAndGet(now, Math::max);
    }

    private void tick() {
        int idleTicks = 0;
        while (!closed) {
            if (asked) {
                asked = false;
                idleTicks = 0;
                read();
                ticking = true;
                LockSupport.parkNanos(TICK_NANOS);
            } else if (ticking && ++idleTicks < IDLE_TICKS_MAX) {
                read();
                LockSupport.parkNanos(TICK_NANOS);
            } else {
                ticking = false;
                if (!asked) {
                    LockSupport.park(this);
                }
            }
        }
        ticking = false;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(ticker);
    }
}
