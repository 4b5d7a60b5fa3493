package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.time.Duration;

/** Ends a wait for a cluster that gives nothing. Not thread safe. */
final class Patience {
    static final Duration STEP = Duration.ofMillis(100);

    private final Duration wait;
    private long sinceNanos = System.nanoTime();

    Patience(Duration wait) {
        this.wait = wait;
    }

    /** @throws SignalboxException BUSY if there was none for too long */
    void progress(boolean made) {
        long now = System.nanoTime();
        if (made) {
            sinceNanos = now;
        } else if (now - sinceNanos > wait.toNanos()) {
            throw new SignalboxException(ReasonCode.BUSY, "the cluster gave nothing to read for " + wait);
        }
    }
}
