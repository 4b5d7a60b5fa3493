package io.signalbox.bus.queue;

import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads do to the queue at once has the outcome of some order of the same calls on a plain one: nothing is
 * lost, doubled, out of order, refused while there is room, or taken beyond the bound.
 */
@Tag("linearizability")
@Param(name = "element", gen = IntGen.class, conf = "1:9")
public class BoundedQueueLinearizabilityTest {
    private static final int CAPACITY = 2;

    private final BoundedQueue<Integer> queue = new BoundedQueue<>(CAPACITY);

    @Operation
    public boolean offer(@Param(name = "element") int element) {
        return queue.offer(element);
    }

    @Operation
    public @Nullable Integer poll() {
        return queue.poll();
    }

    /** What it is measured by. */
    public static final class Plain {
        private final ArrayDeque<Integer> queue = new ArrayDeque<>();

        public boolean offer(int element) {
            return queue.size() < CAPACITY && queue.add(element);
        }

        public @Nullable Integer poll() {
            return queue.poll();
        }
    }

    @Test
    void underStress() {
        Linearizability.stress().sequentialSpecification(Plain.class).check(BoundedQueueLinearizabilityTest.class);
    }

    @Test
    void inEveryInterleavingThatIsTried() {
        Linearizability.interleavings()
                .sequentialSpecification(Plain.class)
                .check(BoundedQueueLinearizabilityTest.class);
    }
}
