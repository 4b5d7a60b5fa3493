package io.signalbox.client.spool;

import java.util.concurrent.TimeUnit;

/** Lets one line a minute into the log, of a thing that may happen with each message. Thread safe. */
final class Seldom {
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long count;
    private long lastNanos = System.nanoTime() - PAUSE_NANOS;

    /** @return how often it happened since the last line, this time included; 0: no line now */
    synchronized long happened() {
        count++;
        long now = System.nanoTime();
        if (now - lastNanos < PAUSE_NANOS) {
            return 0;
        }
        lastNanos = now;
        long told = count;
        count = 0;
        return told;
    }
}
