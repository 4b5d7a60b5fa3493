package io.signalbox.transports.redis;

/**
 * How far this node has come in the intake. A walk goes from the oldest entry to the newest, past what is refused, and
 * then stays at the end, where new entries come. What was refused is tried again by the next walk: after a pause, which
 * grows while nothing comes of it. Owned by the worker.
 */
final class IntakeWalk {
    private static final long PAUSE_NANOS_MAX = 2_000_000_000L;

    /** So many parts of the time at most go to walking past what is refused: one. */
    private static final int REST_PARTS = 4;

    private static final long REST_NANOS_MAX = 10_000_000_000L;

    private final Lanes lanes = new Lanes();
    private final long pauseNanosMin;
    private long pauseNanos;
    private String next = Past.OLDEST;
    private boolean atEnd = true; // of a walk over nothing
    private boolean fruitful;
    private long began;
    private long again;

    IntakeWalk(long pauseNanosMin) {
        this.pauseNanosMin = pauseNanosMin;
        pauseNanos = pauseNanosMin;
    }

    /** Topics and keys that wait behind what this walk was refused. */
    Lanes lanes() {
        return lanes;
    }

    /** Where the next page begins. */
    String next() {
        return next;
    }

    /** From the oldest entry on, with nothing refused. */
    void begin(long nowNanos) {
        next = Past.OLDEST;
        atEnd = false;
        fruitful = false;
        lanes.clear();
        began = nowNanos;
    }

    /** Before a page is read. @return false if there is none to be read before the next walk */
    boolean goesOn(long nowNanos) {
        if (atEnd && (lanes.isEmpty() || nowNanos - again >= 0)) {
            begin(nowNanos);
        }
        return !lanes.isFull();
    }

    /** Something has left the intake. */
    void bearsFruit() {
        fruitful = true;
    }

    /** @return true if there is more to be read at once */
    boolean passed(StreamPage page, long nowNanos) {
        if (!page.entries().isEmpty()) {
            next = page.next();
        }
        if (page.more() && !lanes.isFull()) {
            return true;
        }
        if (!atEnd) {
            atEnd = true;
            pauseNanos = fruitful || lanes.isEmpty() ? pauseNanosMin : Math.min(PAUSE_NANOS_MAX, 2 * pauseNanos);
            again = nowNanos + Math.max(pauseNanos, Math.min(REST_NANOS_MAX, REST_PARTS * (nowNanos - began)));
        }
        return false;
    }
}
