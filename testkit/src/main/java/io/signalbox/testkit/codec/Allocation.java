package io.signalbox.testkit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Heap that the current thread asks for. Memory outside of the heap is not seen. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /**
     * Fails if the action asks for more, twice: the first time it may be classes that are loaded on the way.
     *
     * @param action does the same when it is done again
     */
    static void assertAtMost(long bytesMax, String what, Runnable action) {
        if (allocated(action) > bytesMax) {
            assertThat(allocated(action)).as("bytes allocated for %s", what).isLessThanOrEqualTo(bytesMax);
        }
    }

    private static long allocated(Runnable action) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        action.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
