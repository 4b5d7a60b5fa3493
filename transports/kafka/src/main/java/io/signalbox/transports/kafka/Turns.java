package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work on sessions that has to wait for the cluster: for one name one piece after the other, in the order asked; for
 * several names at once. On virtual threads.
 */
final class Turns implements AutoCloseable {
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("kafka-turn-", 0).factory());
    private final Map<String, CompletableFuture<?>> last = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();

    <T> CompletableFuture<T> inTurn(String name, Callable<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        asked.incrementAndGet();
        answer.whenComplete((done, failure) -> asked.decrementAndGet());
        CompletableFuture<?> mine = last.compute(name, (key, before) -> {
            CompletableFuture<?> start = before == null ? CompletableFuture.completedFuture(true) : before;
            return start.handleAsync(
                    (done, failure) -> {
                        run(work, answer);
                        return true;
                    },
                    threads);
        });
        mine.whenComplete((done, failure) -> {
            last.remove(name, mine);
            if (failure != null) { // it was not even begun
                answer.completeExceptionally(
                        new SignalboxException(ReasonCode.SHUTTING_DOWN, "this transport is closed", failure));
            }
        });
        return answer;
    }

    /** How many are not over. */
    int asked() {
        return asked.get();
    }

    private static <T> void run(Callable<T> work, CompletableFuture<T> answer) {
        try {
            answer.complete(work.call());
        } catch (Exception e) {
            answer.completeExceptionally(e);
        }
    }

    /** Waits for what was asked. */
    @Override
    public void close() {
        while (!last.isEmpty()) {
            CompletableFuture.allOf(last.values().toArray(CompletableFuture<?>[]::new))
                    .handle((done, failure) -> true)
                    .join();
        }
        threads.close();
    }
}
