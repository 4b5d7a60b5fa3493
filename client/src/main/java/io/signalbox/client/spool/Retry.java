package io.signalbox.client.spool;

/** When something that failed is tried again: after 1, 2, 4 s and so on, 30 s at most. Of one thread. */
final class Retry {
    private static final long FIRST_MILLIS = 1_000;
    private static final long MAX_MILLIS = 30_000;
    private static final int DOUBLINGS_MAX = 5;

    private int failures;
    private long notBeforeNanos;

    /** @param failures before this one */
    static long pauseMillis(int failures) {
        return Math.min(FIRST_MILLIS << Math.min(failures, DOUBLINGS_MAX), MAX_MILLIS);
    }

    /** @return the milliseconds until it is due again */
    long failed() {
        long pauseMillis = pauseMillis(failures++);
        notBeforeNanos = System.nanoTime() + pauseMillis * 1_000_000;
        return pauseMillis;
    }

    void succeeded() {
        failures = 0;
    }

    boolean isDue() {
        return failures == 0 || System.nanoTime() - notBeforeNanos >= 0;
    }

    /** @param otherwise when nothing has failed */
    long millisLeft(long otherwise) {
        return failures == 0 ? otherwise : Math.max(1, (notBeforeNanos - System.nanoTime()) / 1_000_000 + 1);
    }
}
