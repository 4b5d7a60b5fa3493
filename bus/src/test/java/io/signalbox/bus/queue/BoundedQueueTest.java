package io.signalbox.bus.queue;

import static org.assertj.core.api.Assertions.assertThat;

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
}
