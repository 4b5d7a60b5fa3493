package io.signalbox.bus.queue;

import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.MpmcArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A ring that any thread may fill and any may empty (publishers too: that is how the oldest makes room), bounded
 * together with what was taken out and is still held.
 */
public final class BoundedQueue<T> {
    private final MpmcArrayQueue<T> ring;
    private final int capacity;
    /** Capacities that are no power of two are smaller than their ring. */
    private final boolean smallerThanRing;

    private final AtomicInteger held = new AtomicInteger();

    public BoundedQueue(int capacity) {
        this.capacity = capacity;
        ring = new MpmcArrayQueue<>(Math.max(2, capacity));
        smallerThanRing = ring.capacity() > capacity;
    }

    /** False when full. Under concurrent offers a bound that is no power of two may be passed by one for each thread. */
    public boolean offer(T element) {
        int outside = held.get();
        if ((smallerThanRing || outside > 0) && ring.size() + outside >= capacity) {
            return false;
        }
        return ring.offer(element);
    }

    public @Nullable T poll() {
        return ring.poll();
    }

    public boolean isEmpty() {
        return ring.isEmpty();
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
        return ring.size() + held.get();
    }

    /** What waits in the ring. */
    public int sizeInRing() {
        return ring.size();
    }

    /** Is at least half of what is not held free? */
    public boolean hasHalfItsRoom() {
        return 2 * ring.size() <= capacity - held.get();
    }

    /** How many were ever taken from the ring. */
    public long takenEver() {
        return ring.currentConsumerIndex();
    }

    public int capacity() {
        return capacity;
    }
}
