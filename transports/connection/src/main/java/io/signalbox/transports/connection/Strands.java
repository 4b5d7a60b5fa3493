package io.signalbox.transports.connection;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Work that blocks, one after the other for one name, side by side for different ones. */
public final class Strands implements AutoCloseable {
    private final Map<String, CompletableFuture<?>> tails = new ConcurrentHashMap<>();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @return what the task gave; fails with what it threw, or with the cause if that was a {@link CompletionException}
     */
    public <T> CompletableFuture<T> run(String name, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<?> tail = tails.compute(
                name,
                (n, before) -> (before == null ? done() : before)
                        .handleAsync(
                                (value, failure) -> {
                                    complete(result, task);
                                    return value;
                                },
                                executor));
        tail.whenComplete((value, failure) -> tails.remove(name, tail));
        return result;
    }

    private static CompletableFuture<?> done() {
        return CompletableFuture.completedFuture(null);
    }

    private static <T> void complete(CompletableFuture<T> result, Callable<T> task) {
        try {
            result.complete(task.call());
        } catch (CompletionException e) {
            result.completeExceptionally(e.getCause() == null ? e : e.getCause());
        } catch (Exception e) {
            result.completeExceptionally(e);
        }
    }

    /** Waits for what is running. */
    @Override
    public void close() {
        CompletableFuture.allOf(tails.values().toArray(CompletableFuture[]::new))
                .join();
        executor.close();
    }
}
