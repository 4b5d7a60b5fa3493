package io.signalbox.broker.journal;

import java.util.concurrent.TimeUnit;

/** Keeps publishers' lanes from the disk for a while when it stalls, so that their other clients do not wait for it. */
final class LanePace {
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** So many times as long as it stalled: lanes lose a fiftieth of their time to a disk, at most. */
    private static final int PAUSE_FACTOR = 50;
    /** What looks like a stall may as well be a process that was stopped. */
    private static final long PAUSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private volatile long notBefore;

    LanePace(long nowNanos) {
        notBefore = nowNanos;
    }

    boolean mayTurn(long nowNanos) {
        return nowNanos - notBefore >= 0;
    }

    void tookTurn(long beganNanos, long endedNanos) {
        long took = endedNanos - beganNanos;
        if (took > STALL_NANOS) {
            notBefore = endedNanos + Math.min(PAUSE_FACTOR * took, PAUSE_NANOS_MAX);
        }
    }
}
