package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Whoever asks has an answer, without a server too. */
final class WorkerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Worker worker() {
        Worker worker = new Worker(new Links(), Duration.ofMillis(1), () -> {}, PATIENCE);
        worker.start();
        return worker;
    }

    private static void assertAnswered(CompletableFuture<?> answer) {
        assertThat(answer.handle((result, failure) -> true)).succeedsWithin(PATIENCE);
    }

    @Test
    void anErrorOfATaskEndsNothingButTheTask() {
        Worker worker = worker();
        worker.execute(() -> {
            throw new AssertionError("on purpose");
        });
        assertAnswered(worker.ask(link -> true, done -> {}));
        worker.close();
    }

    @Test
    void whatStillWaitsWhenItEndsWhereItStandsIsAnswered() throws Exception {
        Worker worker = worker();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        worker.execute(() -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        CompletableFuture<Boolean> waiting = worker.ask(link -> true, done -> {});
        worker.halt();
        assertAnswered(waiting);
        assertAnswered(worker.ask(link -> true, done -> {}));
    }
}
