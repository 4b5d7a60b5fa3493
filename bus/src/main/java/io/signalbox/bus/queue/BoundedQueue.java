package io.signalbox.bus.queue;

import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.MpmcArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A ring that any thread may fill and any may empty (publishers too: that is how the oldest makes room), bounded
 * together with what was taken out and is still held. The ring is made when the first element comes: many types of
 * events are known to a bus, and few are busy.
 */
public final class BoundedQueue<T> {
    private final int capacity;
    private final AtomicInteger held = new AtomicInteger();
    private volatile @Nullable MpmcArrayQueue<T> ring;

    public BoundedQueue(int capacity) {
        this.capacity = capacity;
    }

    /** False when full. Under concurrent offers a bound that is no power of two may be passed by one for each thread. */
    public boolean offer(T element) {
        MpmcArrayQueue<T> into = ring;
        if (into == null) {
            into = makeRing();
        }
        int outside = held.get();
        // Capacities that are no power of two are smaller than their ring.
        if ((outside > 0 || into.capacity() > capacity) && into.size() + outside >= capacity) {
            return false;
        }
        return into.offer(element);
    }

    private synchronized MpmcArrayQueue<T> makeRing() {
        MpmcArrayQueue<T> made = ring;
        if (made == null) {
            made = new MpmcArrayQueue<>(Math.max(2, capacity));
            ring = made;
        }
        return made;
    }

    public @Nullable T poll() {
        MpmcArrayQueue<T> from = ring;
        return from == null ? null : from.poll();
    }

    public boolean isEmpty() {
        MpmcArrayQueue<T> from = ring;
        return from == null || from.isEmpty();
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
        MpmcArrayQueue<T> from = ring;
        return from == null ? 0 : from.size();
    }

    /** Is at least half of what is not held free? */
    public boolean hasHalfItsRoom() {
        return 2 * sizeInRing() <= capacity - held.get();
    }

    /** How many were ever taken from the ring. */
    public long takenEver() {
        MpmcArrayQueue<T> from = ring;
        return from == null ? 0 : from.currentConsumerIndex();
    }

    public int capacity() {
        return capacity;
    }
}
