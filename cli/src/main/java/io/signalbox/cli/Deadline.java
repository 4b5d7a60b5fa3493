package io.signalbox.cli;

import org.jspecify.annotations.Nullable;

/** The point in time at which a command gives up; or none. */
record Deadline(boolean set, long atNanos) {

    /** @param seconds null: never */
    static Deadline in(@Nullable Double seconds) {
        return new Deadline(seconds != null, System.nanoTime() + (seconds == null ? 0 : (long) (seconds * 1e9)));
    }

    /** For waiting: what is left, a long time if there is no end, and 0 when it has passed. */
    long leftNanos() {
        return set ? Math.max(0, atNanos - System.nanoTime()) : Long.MAX_VALUE;
    }
}
