package io.signalbox.cli;

/** The point in time at which a command gives up; or none. */
record Deadline(boolean set, long atNanos) {

    /** @param seconds 0: never */
    static Deadline in(double seconds) {
        return new Deadline(seconds > 0, System.nanoTime() + (long) (seconds * 1e9));
    }

    /** For waiting: what is left, a long time if there is no end, and 0 when it has passed. */
    long leftNanos() {
        return set ? Math.max(0, atNanos - System.nanoTime()) : Long.MAX_VALUE;
    }
}
