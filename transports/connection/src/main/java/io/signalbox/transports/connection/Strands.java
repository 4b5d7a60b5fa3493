package io.signalbox.transports.connection;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Work that blocks, one after the other for one name, side by side for different ones, on virtual threads. Whoever asks
 * has an answer in any case.
 */
public final class Strands implements AutoCloseable {
    private final Map<String, CompletableFuture<?>> tails = new ConcurrentHashMap<>();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @return what the task gave; fails with what it threw, an Error too, or with the cause if that was a {@link
     *     CompletionException}; with CLOSED if it was asked after the end
     */
    public <T> CompletableFuture<T> run(String name, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<?> tail = tails.compute(
                name,
                (n, before) -> (before == null ? done() : before)
                        .handleAsync(
                                (value, failure) -> {
                                    complete(result, task);
                                    return true;
                                },
                                executor));
        tail.whenComplete((value, failure) -> {
            tails.remove(name, tail);
            if (failure != null) { // it was not even begun
                result.completeExceptionally(
                        new SignalboxException(ReasonCode.CLOSED, "this transport is closed", failure));
            }
        });
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
        } catch (Throwable e) { // of a library's Error too: whoever asked would wait for ever
            result.completeExceptionally(e);
        }
    }

    /** Waits for what was asked, and for what that asks for meanwhile. */
    @Override
    public void close() {
        while (!tails.isEmpty()) {
            CompletableFuture.allOf(tails.values().toArray(CompletableFuture[]::new))
                    .handle((done, failure) -> true)
                    .join();
        }
        executor.close();
    }
}
