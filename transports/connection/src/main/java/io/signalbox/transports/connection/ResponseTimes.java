package io.signalbox.transports.connection;

import java.util.Locale;

/**
 * How fast an engine answers: a mean that forgets, and the slowest answer since somebody last looked. Thread safe; one
 * short lock per answer, so callers with very many record one of each batch.
 */
public final class ResponseTimes {
    /** The newest answer counts for an eighth, as in TCP's round-trip estimate (RFC 6298, 2). */
    private static final int NEWEST_SHARE = 8;

    private long answers;
    private double meanNanos;
    private long slowestNanos;

    public synchronized void record(long nanos) {
        meanNanos = answers == 0 ? nanos : meanNanos + (nanos - meanNanos) / NEWEST_SHARE;
        slowestNanos = Math.max(slowestNanos, nanos);
        answers++;
    }

    /** What was seen, and a new count of the slowest from now on. */
    public synchronized Seen take() {
        Seen seen = new Seen(answers, (long) meanNanos, slowestNanos);
        slowestNanos = 0;
        return seen;
    }

    /**
     * @param answers since the beginning
     * @param slowestNanos since the look before
     */
    public record Seen(long answers, long meanNanos, long slowestNanos) {
        @Override
        public String toString() {
            return answers == 0
                    ? "no answers yet"
                    : String.format(
                            Locale.ROOT,
                            "answers in %.2f ms, the slowest in %.2f ms",
                            meanNanos / 1e6,
                            slowestNanos / 1e6);
        }
    }
}
