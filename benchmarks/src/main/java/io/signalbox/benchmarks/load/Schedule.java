package io.signalbox.benchmarks.load;

/** When the messages of an open loop are due: message k at start + k/rate, sent by publisher k mod P. */
final class Schedule {
    private final double ratePerSecond;
    private long startNanos;
    private long released;

    Schedule(double ratePerSecond) {
        this.ratePerSecond = ratePerSecond;
    }

    void start(long nanos) {
        startNanos = nanos;
    }

    long dueNanos(long message) {
        return startNanos + (long) (message * 1e9 / ratePerSecond);
    }

    /** When the next one is due that was not taken yet. */
    long nextNanos() {
        return dueNanos(released);
    }

    /** @return the next message, if it is due by then; -1: none is */
    long takeDue(long byNanos) {
        return nextNanos() <= byNanos ? released++ : -1;
    }
}
