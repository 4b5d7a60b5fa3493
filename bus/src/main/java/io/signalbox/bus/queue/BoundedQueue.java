package io.signalbox.bus.queue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A ring that any thread may fill and any may empty (publishers too: that is how the oldest makes room), bounded
 * together with what was taken out and is still held. The ring is made when the first element comes: many types of
 * events are known to a bus, and few are busy.
 */
public final class BoundedQueue<T> {
    private final int capacity;
    private final long nowMillis;
    private final Positions positions = new Positions();
    private final AtomicInteger held = new AtomicInteger();
    private volatile @Nullable Ring<T> ring;

    public BoundedQueue(int capacity) {
        this(capacity, 0);
    }

    /** @param nowMillis no element has a time before it, nor one more than four years after it */
    public BoundedQueue(int capacity, long nowMillis) {
        this.capacity = capacity;
        this.nowMillis = nowMillis;
    }

    /** False when full. Under concurrent offers a bound that is no power of two may be passed by one for each thread. */
    public boolean offer(T element) {
        return offer(element, 0);
    }

    /** @param timeMillis told to whoever takes it */
    public boolean offer(T element, long timeMillis) {
        Ring<T> into = ring;
        if (into == null) {
            into = makeRing();
        }
        int outside = held.get();
        // Capacities that are no power of two are smaller than their ring.
        if ((outside > 0 || into.size() > capacity) && positions.count() + outside >= capacity) {
            return false;
        }
        return into.offer(element, timeMillis);
    }

    private synchronized Ring<T> makeRing() {
        Ring<T> made = ring;
        if (made == null) {
            made = new Ring<>(capacity, nowMillis, positions);
            ring = made;
        }
        return made;
    }

    public @Nullable T poll() {
        Ring<T> from = ring;
        return from == null ? null : from.poll(null);
    }

    /** @param taken is told the time of the element */
    public @Nullable T poll(Taken taken) {
        Ring<T> from = ring;
        return from == null ? null : from.poll(taken);
    }

    public boolean isEmpty() {
        return positions.count() == 0;
    }

    /** Taken out, but it still counts. */
    public void hold() {
        held.incrementAndGet();
    }

    public void letGo() {
        held.decrementAndGet();
    }

    /** What waits, in the ring or held. */
    public int size() {
        return sizeInRing() + held.get();
    }

    /** What waits in the ring. */
    public int sizeInRing() {
        return positions.count();
    }

    /** Is at least half of what is not held free? */
    public boolean hasHalfItsRoom() {
        return 2 * sizeInRing() <= capacity - held.get();
    }

    /** How many were ever taken from the ring. */
    public long takenEver() {
        return positions.taken();
    }

    /** How many were ever let in; may be kept when the queue is gone. */
    public LongSupplier letInEver() {
        return positions::put;
    }

    public int capacity() {
        return capacity;
    }
}
