package io.signalbox.benchmarks.bus.peer;

import io.signalbox.bus.message.Event;

/** The event that every peer carries. Made before the measurement, so that what is allocated is the bus's. */
public final class Tick implements Event {
    private final int publisher;
    private long dueNanos;

    /** @param publisher whose it is, from 0 */
    public Tick(int publisher) {
        this.publisher = publisher;
    }

    public int publisher() {
        return publisher;
    }

    /** When it was to be published; 0 where nobody measures that. */
    public long dueNanos() {
        return dueNanos;
    }

    /** Before it is published, by its publisher. */
    public Tick due(long nanos) {
        dueNanos = nanos;
        return this;
    }
}
