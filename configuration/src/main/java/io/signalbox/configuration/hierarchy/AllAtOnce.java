package io.signalbox.configuration.hierarchy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same for several servers, each on a thread of its own, so that they are waited for together. A thread that its
 * server keeps for longer does not keep the process from ending.
 */
final class AllAtOnce {
    private static final Logger LOG = LoggerFactory.getLogger(AllAtOnce.class);

    private AllAtOnce() {}

    /** Starts it all. */
    static <T> Map<String, CompletableFuture<T>> start(String what, Map<String, Callable<T>> work) {
        Map<String, CompletableFuture<T>> results = new LinkedHashMap<>();
        work.forEach((name, one) -> {
            CompletableFuture<T> result = new CompletableFuture<>();
            results.put(name, result);
            Thread.ofPlatform().daemon().name(what + " " + name).start(() -> {
                try {
                    result.complete(one.call());
                } catch (Throwable e) { // whoever waits is told, and throws it again
                    result.completeExceptionally(e);
                }
            });
        });
        return results;
    }

    /** Those that are there within the limit, by name; what failed or comes later is not. */
    static <T> Map<String, T> within(Duration limit, Map<String, CompletableFuture<T>> results) {
        long end = System.nanoTime() + limit.toNanos();
        Map<String, T> there = new LinkedHashMap<>();
        for (Map.Entry<String, CompletableFuture<T>> one : results.entrySet()) {
            try {
                there.put(one.getKey(), one.getValue().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                LOG.debug("{} did not answer within {}", one.getKey(), limit);
            } catch (ExecutionException e) {
                LOG.warn("{} cannot be asked: {}", one.getKey(), String.valueOf(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return there;
            }
        }
        return there;
    }
}
