package io.signalbox.transports.kafka;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Before something that failed is tried again. */
final class Pauses {
    private Pauses() {}

    static void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }
}
