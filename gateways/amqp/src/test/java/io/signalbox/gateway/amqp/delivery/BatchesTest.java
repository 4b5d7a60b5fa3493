package io.signalbox.gateway.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final List<Integer> seen = new ArrayList<>();
    private final List<List<Integer>> batches = new ArrayList<>();

    private final Batches<Integer> left = new Batches<>(turns::add, this::take, () -> batches.add(List.copyOf(seen)));

    private void take(int one) {
        if (one < 0) {
            throw new IllegalArgumentException("a fault with " + one);
        }
        seen.add(one);
        if (one == 4) {
            left.add(5);
        }
    }

    @Test
    void oneTurnTakesAllThatIsThere() {
        left.add(1);
        left.add(2);
        assertThat(turns).hasSize(1);
        turns.remove().run();
        left.add(4);
        turns.remove().run();
        turns.remove().run();
        assertThat(batches).containsExactly(List.of(1, 2), List.of(1, 2, 4), List.of(1, 2, 4, 5));
        assertThat(turns).isEmpty();
    }

    @Test
    void aFaultWithOneLosesNoneOfThoseBehindIt() {
        List.of(1, -1, 2, -2, 4).forEach(left::add);
        assertThatThrownBy(() -> turns.remove().run()).hasMessageContaining("-1");
        left.add(3);
        assertThatThrownBy(() -> turns.remove().run()).hasMessageContaining("-2");
        turns.remove().run();
        assertThat(seen).containsExactly(1, 2, 4, 3);
        turns.remove().run();
        assertThat(seen).containsExactly(1, 2, 4, 3, 5);
    }
}
