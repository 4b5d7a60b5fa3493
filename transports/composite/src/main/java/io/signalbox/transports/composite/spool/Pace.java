package io.signalbox.transports.composite.spool;

/** At most so many a second, in steps of a tenth. Owned by the drain's thread. */
final class Pace {
    private static final long STEP_NANOS = 100_000_000;

    private final int perStep;
    private long stepStartNanos = System.nanoTime() - STEP_NANOS;
    private int left;

    /** @param perSecondMax 0: no bound */
    Pace(int perSecondMax) {
        perStep = perSecondMax == 0 ? Integer.MAX_VALUE : Math.max(1, perSecondMax / 10);
    }

    int allowed(long nowNanos) {
        if (nowNanos - stepStartNanos >= STEP_NANOS) {
            stepStartNanos = nowNanos;
            left = perStep;
        }
        return left;
    }

    void spend() {
        left--;
    }
}
