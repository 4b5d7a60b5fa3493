package io.signalbox.bus.dispatch;

import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Linearizability;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One worker is with a handler that blocks; others come and go while events do. None waits that nobody will look at. */
@Tag("linearizability")
public class PlacesLinearizabilityTest {
    private final BoundedQueue<Integer> queue = new BoundedQueue<>(16);
    private final Places places = new Places(2);
    private final AtomicInteger toStart = new AtomicInteger();
    private volatile boolean watched;

    public PlacesLinearizabilityTest() {
        places.need();
    }

    @Operation
    public void publish() {
        queue.offer(1);
        switch (places.need()) {
            case NOTHING -> {}
            case WORKER -> toStart.incrementAndGet();
            case WATCH -> watched = true;
        }
    }

    /** One that was to start, or another that the watch has brought earlier. */
    @Operation
    public void work() {
        if (toStart.getAndUpdate(count -> Math.max(0, count - 1)) == 0 && !places.takeOneMore()) {
            return;
        }
        do {
            while (queue.poll() != null) {
                Thread.onSpinWait();
            }
        } while (!places.leave(() -> !queue.isEmpty()));
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
        if (!queue.isEmpty() && toStart.get() == 0 && !watched) {
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
