package io.signalbox.bus.dispatch;

import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Linearizability;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Workers come and go while events do, and some stay with a handler that blocks. No event waits beside a free place that
 * nobody will look at.
 */
@Tag("linearizability")
public class PlacesLinearizabilityTest {
    private static final int PLACES_MAX = 2;

    private final BoundedQueue<Integer> queue = new BoundedQueue<>(16);
    private final Places places = new Places(PLACES_MAX);
    private final AtomicInteger toStart = new AtomicInteger();
    private volatile boolean watched;

    @Operation
    public void publish() {
        queue.offer(1);
        switch (places.need()) {
            case NOTHING -> {}
            case WORKER -> toStart.incrementAndGet();
            case WATCH -> watched = true;
        }
    }

    @Operation
    public void work() {
        if (!isStarted()) {
            return;
        }
        do {
            while (queue.poll() != null) {
                Thread.onSpinWait();
            }
        } while (!places.leave(() -> !queue.isEmpty()));
    }

    /** The handler of its first event never returns. */
    @Operation
    public void workAndBlock() {
        if (!isStarted()) {
            return;
        }
        do {
            if (queue.poll() != null) {
                return;
            }
        } while (!places.leave(() -> !queue.isEmpty()));
    }

    /** One that was to start, or another that the watch has brought earlier. */
    private boolean isStarted() {
        return toStart.getAndUpdate(count -> Math.max(0, count - 1)) > 0 || places.takeOneMore();
    }

    /** The watch looks, and goes when it sees nothing. */
    @Operation
    public void look() {
        if (queue.isEmpty()) {
            watched = false;
            if (!queue.isEmpty()) {
                watched = true;
            }
        }
    }

    @Validate
    public void nothingWaitsBesideAFreePlace() {
        if (!queue.isEmpty() && toStart.get() == 0 && !watched && places.taken() < PLACES_MAX) {
            throw new AssertionError("an event waits, a place is free, and nobody knows");
        }
    }

    @Test
    void underStress() {
        Linearizability.validated(Linearizability.stress()).check(PlacesLinearizabilityTest.class);
    }

    @Test
    void inEveryInterleavingThatIsTried() {
        Linearizability.validated(Linearizability.interleavings()).check(PlacesLinearizabilityTest.class);
    }
}
