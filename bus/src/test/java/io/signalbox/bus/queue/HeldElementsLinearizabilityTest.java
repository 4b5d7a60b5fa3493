package io.signalbox.bus.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A bound that is no power of two, and elements that count on when they are taken out. Threads may pass such a bound by
 * one each; at rest nothing is lost or doubled, and there is room exactly when the bound says so.
 */
@Tag("linearizability")
public class HeldElementsLinearizabilityTest {
    private static final int CAPACITY = 3;

    private final BoundedQueue<Integer> queue = new BoundedQueue<>(CAPACITY);
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final Queue<Integer> letIn = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> taken = new ConcurrentLinkedQueue<>();

    /** It is full, and two are held. */
    public HeldElementsLinearizabilityTest() {
        for (int i = 0; i < CAPACITY; i++) {
            offer();
        }
        hold();
        hold();
    }

    @Operation
    public void offer() {
        Integer number = numbers.incrementAndGet();
        if (queue.offer(number)) {
            letIn.add(number);
        }
    }

    @Operation
    public void poll() {
        Integer number = queue.poll();
        if (number != null) {
            taken.add(number);
        }
    }

    @Operation
    public void hold() {
        Integer number = queue.poll();
        if (number != null) {
            taken.add(number);
            queue.hold();
            held.incrementAndGet();
        }
    }

    @Operation
    public void letGo() {
        if (held.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            queue.letGo();
        }
    }

    @Validate
    public void theBooksCloseAtRest() {
        int size = letIn.size() - taken.size() + held.get();
        demand(queue.size() == size, "size " + queue.size() + " instead of " + size);
        if (queue.offer(0)) {
            letIn.add(0);
            demand(size < CAPACITY, "let in although " + size + " were there");
        } else {
            demand(size >= CAPACITY, "refused although " + size + " were there");
        }
        for (Integer number = queue.poll(); number != null; number = queue.poll()) {
            taken.add(number);
        }
        List<Integer> missing = new ArrayList<>(letIn);
        taken.forEach(missing::remove);
        demand(missing.isEmpty() && letIn.size() == taken.size(), "let in " + letIn + ", taken " + taken);
    }

    private static void demand(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    @Test
    void underStress() {
        Linearizability.validated(Linearizability.stress()).check(HeldElementsLinearizabilityTest.class);
    }

    @Test
    void inEveryInterleavingThatIsTried() {
        Linearizability.validated(Linearizability.interleavings()).check(HeldElementsLinearizabilityTest.class);
    }
}
