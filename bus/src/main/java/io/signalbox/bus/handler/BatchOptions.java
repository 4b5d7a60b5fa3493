package io.signalbox.bus.handler;

import java.time.Duration;

/**
 * When a batch is full.
 *
 * @param sizeMax so many elements; of a bus with event middlewares 100 at most, since they stand around each other
 * @param delayMax or so long after its first element
 */
public record BatchOptions(int sizeMax, Duration delayMax) {
    public static final BatchOptions DEFAULT = new BatchOptions(100, Duration.ofMillis(100));

    /** @throws IllegalArgumentException naming the value that is out of its range */
    public BatchOptions {
        if (sizeMax < 1) {
            throw new IllegalArgumentException("a batch of " + sizeMax + " elements is none; sizeMax is at least 1");
        }
        if (!delayMax.isPositive()) {
            throw new IllegalArgumentException("delayMax " + delayMax + " must be longer than zero");
        }
    }
}
