package io.signalbox.bus.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedQueueTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 8, 100, 128})
    void itTakesAsManyAsItsCapacitySaysAndNotOneMore(int capacity) {
        BoundedQueue<Integer> queue = new BoundedQueue<>(capacity);
        for (int i = 0; i < capacity; i++) {
            assertThat(queue.offer(i)).isTrue();
        }
        assertThat(queue.offer(-1)).isFalse();
        assertThat(queue.size()).isEqualTo(capacity);
        assertThat(queue.poll()).isZero();
        assertThat(queue.offer(capacity)).isTrue();
        assertThat(queue.offer(-1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void whatWasTakenAndIsHeldStillCounts(int capacity) {
        BoundedQueue<Integer> queue = new BoundedQueue<>(capacity);
        for (int i = 0; i < capacity; i++) {
            queue.offer(i);
        }
        queue.poll();
        queue.hold();
        assertThat(queue.offer(-1)).isFalse();
        assertThat(queue.size()).isEqualTo(capacity);
        queue.letGo();
        assertThat(queue.offer(9)).isTrue();
    }

    @Test
    void anElementComesWithItsTimeInEveryLapOfTheRing() {
        long start = 1_700_000_000_000L;
        BoundedQueue<Integer> queue = new BoundedQueue<>(4, start);
        Taken taken = new Taken();
        for (int i = 0; i < 1_000; i++) {
            queue.offer(i, start + 37L * i);
            queue.offer(-i, start + 37L * i + 1);
            assertThat(queue.poll(taken)).isEqualTo(i);
            assertThat(taken.timeMillis()).isEqualTo(start + 37L * i);
            assertThat(queue.poll(taken)).isEqualTo(-i);
            assertThat(taken.timeMillis()).isEqualTo(start + 37L * i + 1);
        }
        assertThat(queue.poll(taken)).isNull();
        assertThat(queue.letInEver().getAsLong()).isEqualTo(2_000);
    }

    /** The turn of a slot is kept in 26 bits, which the positions of a long run go through many times. */
    @Test
    void aRingOutlivesTheNumbersOfItsTurns() {
        BoundedQueue<String> queue = new BoundedQueue<>(2);
        for (long i = 0; i < (1L << 26) + 10; i++) {
            if (!queue.offer("x") || queue.poll() == null) {
                throw new AssertionError("stuck at position " + i);
            }
        }
        assertThat(queue.size()).isZero();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void whatManyPutInManyTakeOutOnceAndInTheOrderOfEach() throws Exception {
        int threads = 3;
        int each = 100_000;
        BoundedQueue<long[]> queue = new BoundedQueue<>(64);
        AtomicInteger left = new AtomicInteger(threads * each);
        try (ExecutorService executor = Executors.newFixedThreadPool(2 * threads)) {
            List<Future<List<long[]>>> takers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                long publisher = t;
                var unused = executor.submit(() -> {
                    for (long i = 0; i < each; ) {
                        if (queue.offer(new long[] {publisher, i})) {
                            i++;
                        } else {
                            Thread.yield();
                        }
                    }
                });
                takers.add(executor.submit(() -> {
                    List<long[]> got = new ArrayList<>();
                    while (left.get() > 0) {
                        long[] next = queue.poll();
                        if (next != null) {
                            got.add(next);
                            left.decrementAndGet();
                        } else {
                            Thread.yield();
                        }
                    }
                    return got;
                }));
            }
            BitSet[] seen = {new BitSet(), new BitSet(), new BitSet()};
            for (Future<List<long[]>> taker : takers) {
                long[] last = {-1, -1, -1};
                for (long[] got : taker.get()) {
                    int publisher = (int) got[0];
                    assertThat(got[1]).isGreaterThan(last[publisher]);
                    last[publisher] = got[1];
                    assertThat(seen[publisher].get((int) got[1])).isFalse();
                    seen[publisher].set((int) got[1]);
                }
            }
            for (BitSet all : seen) {
                assertThat(all.cardinality()).isEqualTo(each);
            }
        }
    }
}
