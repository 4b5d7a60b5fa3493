package io.signalbox.gateway.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class BatchesTest {
    private final Queue<Runnable> receiver = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final Batches<String> batches = new Batches<>(
            receiver::add,
            one -> {
                if (one.startsWith("bad")) {
                    throw new IllegalStateException("on purpose");
                }
                heard.add(one);
            },
            (one, failure) -> heard.add(one + ": " + failure.getMessage()),
            () -> heard.add("end"));

    private void run() {
        for (Runnable task = receiver.poll(); task != null; task = receiver.poll()) {
            task.run();
        }
    }

    @Test
    void whatGathersIsOneBatchInItsOrder() {
        batches.add("a");
        batches.add("b");
        assertThat(receiver).hasSize(1);
        run();
        batches.add("c");
        run();
        assertThat(heard).containsExactly("a", "b", "end", "c", "end");
    }

    @Test
    void oneThatFailsIsToldAndCostsNoOther() {
        batches.add("a");
        batches.add("bad");
        batches.add("b");
        run();
        assertThat(heard).containsExactly("a", "bad: on purpose", "b", "end");
    }
}
