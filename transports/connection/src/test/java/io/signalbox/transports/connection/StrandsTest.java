package io.signalbox.transports.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class StrandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Strands strands = new Strands();

    @Test
    void whatIsAskedOfOneNameIsDoneInTheOrderAsked() {
        List<Integer> done = new CopyOnWriteArrayList<>();
        CompletableFuture<Boolean> gate = new CompletableFuture<>();
        CompletableFuture<Boolean> first = strands.run("s", gate::join);
        List<CompletableFuture<Boolean>> others = java.util.stream.IntStream.range(0, 100)
                .mapToObj(i -> strands.run("s", () -> done.add(i)))
                .toList();
        assertThat(strands.run("another", () -> true)).succeedsWithin(PATIENCE);
        assertThat(done).isEmpty();
        gate.complete(true);
        assertThat(first).succeedsWithin(PATIENCE);
        assertThat(others).allSatisfy(other -> assertThat(other).succeedsWithin(PATIENCE));
        assertThat(done).isSorted().hasSize(100);
        strands.close();
    }

    @Test
    void whatIsAskedAfterTheEndIsAnswered() {
        strands.close();
        assertThat(strands.run("s", () -> true))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.CLOSED));
    }

    /** A session that ends asks for what is to be done about it. */
    @Test
    void whatIsAskedByATaskThatTheEndWaitsForIsDone() {
        CompletableFuture<Boolean> gate = new CompletableFuture<>();
        CompletableFuture<CompletableFuture<Boolean>> asking = strands.run(
                "s",
                () -> gate.thenApply(go -> strands.run("another", () -> true)).join());
        Thread closing = Thread.ofVirtual().start(strands::close);
        gate.complete(true);
        assertThat(asking).succeedsWithin(PATIENCE);
        assertThat(asking.join()).succeedsWithin(PATIENCE);
        assertThat(CompletableFuture.runAsync(() -> join(closing))).succeedsWithin(PATIENCE);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anErrorOfATaskIsItsAnswerAndHarmsNoOther() {
        CompletableFuture<Boolean> gate = new CompletableFuture<>();
        CompletableFuture<Boolean> failing = strands.run("s", () -> {
            gate.join();
            throw new AssertionError("on purpose");
        });
        CompletableFuture<Boolean> next = strands.run("s", () -> true);
        gate.complete(true);
        assertThat(failing).failsWithin(PATIENCE).withThrowableThat().withMessageContaining("on purpose");
        assertThat(next).succeedsWithin(PATIENCE);
        strands.close();
    }

    @Test
    void theEndIsNotPreventedByWhatFailedAMomentBefore() {
        CompletableFuture<Boolean> gate = new CompletableFuture<>();
        var unused = strands.run("s", () -> {
            gate.join();
            throw new AssertionError("on purpose");
        });
        Thread closing = Thread.ofVirtual().unstarted(strands::close);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        closing.setUncaughtExceptionHandler((thread, e) -> thrown.complete(e));
        closing.start();
        gate.complete(true);
        assertThat(CompletableFuture.runAsync(() -> join(closing))).succeedsWithin(PATIENCE);
        assertThat(thrown).isNotDone();
    }
}
