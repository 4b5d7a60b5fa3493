package io.signalbox.bus.queue;

/**
 * How much to let in, found out as TCP does (additive increase, multiplicative decrease; Chiu and Jain, 1989). While
 * nothing waits long, everything is let in. When what is taken from the queue has waited longer than the target, the
 * rate becomes half of what was taken lately; from then on it grows by a step each interval, until it is so far above
 * the demand that it no longer matters and is taken away. So it recovers by itself, and the refused know when to
 * come back.
 *
 * <p>Thread safe; a lock, since it is asked only by queues of this strategy.
 */
public final class Aimd {
    static final long INTERVAL_MILLIS = 100;
    private static final double DECREASE = 0.5;
    /** Of the rate at the last decrease, each interval. */
    private static final double INCREASE = 0.05;

    private static final double RATE_MIN = 10;
    private static final double UNLIMITED = Double.POSITIVE_INFINITY;

    private final long targetMillis;

    /** Messages a second that are let in. */
    private double ratePerSecond = UNLIMITED;
    /** The rate at which congestion was last seen; steps are parts of it. */
    private double congestedPerSecond;

    private double permits;
    private long permitsAtMillis;
    private long intervalStartMillis;
    private long takenInInterval;
    private double takenPerSecond;
    private boolean congestedInInterval;

    public Aimd(long targetMillis, long nowMillis) {
        this.targetMillis = targetMillis;
        this.permitsAtMillis = nowMillis;
        this.intervalStartMillis = nowMillis;
    }

    /**
     * Asks to let one message in.
     *
     * @return 0: let it in; otherwise in how many milliseconds to ask again
     */
    public synchronized long admit(long nowMillis) {
        turn(nowMillis);
        if (ratePerSecond == UNLIMITED) {
            return 0;
        }
        permits = Math.min(
                Math.max(1, ratePerSecond / 10), permits + (nowMillis - permitsAtMillis) * ratePerSecond / 1000);
        permitsAtMillis = nowMillis;
        if (permits >= 1) {
            permits--;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((1 - permits) * 1000 / ratePerSecond));
    }

    /** One message was taken from the queue. */
    public synchronized void taken(long waitedMillis, long nowMillis) {
        takenInInterval++;
        turn(nowMillis);
        if (waitedMillis > targetMillis) {
            congested(nowMillis);
        }
    }

    /** The queue is full, however long its messages have waited: in how many milliseconds to ask again. */
    public synchronized long full(long nowMillis) {
        turn(nowMillis);
        congested(nowMillis);
        return Math.max(1, (long) Math.ceil(1000 / ratePerSecond));
    }

    private void congested(long nowMillis) {
        if (congestedInInterval) {
            return;
        }
        congestedInInterval = true;
        double measured = Math.max(takenPerSecond, takenInInterval * 1000.0 / Math.max(INTERVAL_MILLIS, 1));
        double base = ratePerSecond == UNLIMITED ? measured : Math.min(ratePerSecond, Math.max(measured, RATE_MIN));
        congestedPerSecond = Math.max(RATE_MIN, base);
        ratePerSecond = Math.max(RATE_MIN, congestedPerSecond * DECREASE);
        permits = 0;
        permitsAtMillis = nowMillis;
    }

    private void turn(long nowMillis) {
        long elapsed = nowMillis - intervalStartMillis;
        if (elapsed < INTERVAL_MILLIS) {
            return;
        }
        long intervals = elapsed / INTERVAL_MILLIS;
        takenPerSecond = takenInInterval * 1000.0 / elapsed;
        if (ratePerSecond != UNLIMITED) {
            long calm = congestedInInterval ? intervals - 1 : intervals;
            ratePerSecond += calm * INCREASE * congestedPerSecond;
            if (ratePerSecond > 4 * Math.max(congestedPerSecond, takenPerSecond)) {
                ratePerSecond = UNLIMITED;
            }
        }
        takenInInterval = 0;
        congestedInInterval = false;
        intervalStartMillis += intervals * INTERVAL_MILLIS;
    }

    /** Is anybody being held back? */
    public synchronized boolean isActive() {
        return ratePerSecond != UNLIMITED;
    }

    /** Messages a second; infinite when nobody is held back. */
    public synchronized double ratePerSecond() {
        return ratePerSecond;
    }
}
