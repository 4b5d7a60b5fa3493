package io.signalbox.time;

/**
 * Epoch milliseconds that never go back. Lifetimes are measured with it, so that a wall clock set back or forward by
 * an operator or by NTP expires nothing early and keeps nothing too long.
 */
@FunctionalInterface
public interface TimeSource {
    long millis();

    /** The wall clock as it stood at this call, moved on by the machine's monotonic clock from then. */
    static TimeSource monotonic() {
        long epochMillis = System.currentTimeMillis();
        long startNanos = System.nanoTime();
        return () -> epochMillis + (System.nanoTime() - startNanos) / 1_000_000;
    }
}
