package io.signalbox.bus.queue;

/** What a queue tells beside the element that it gives. Owned by the thread that polls. */
public final class Taken {
    long timeMillis;

    /** As it was given with the element; 0 or any other if none was. */
    public long timeMillis() {
        return timeMillis;
    }
}
