package io.signalbox.configuration.hierarchy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes transports at once, but for those that others are made of: they wait for these. So one that hangs holds up its
 * own parts alone. Not thread safe.
 */
final class ClosingOrder {
    private static final Logger LOG = LoggerFactory.getLogger(ClosingOrder.class);

    private final Map<String, List<CompletableFuture<?>>> usersOf = new HashMap<>();
    private final List<CompletableFuture<?>> all = new ArrayList<>();

    /**
     * Begins, once all that were added before and are made of it are closed.
     *
     * @param parts what it is made of
     */
    void add(String name, List<String> parts, Runnable close) {
        CompletableFuture<?> users =
                CompletableFuture.allOf(usersOf.getOrDefault(name, List.of()).toArray(CompletableFuture<?>[]::new));
        CompletableFuture<?> closed = users.thenRunAsync(
                () -> {
                    try {
                        close.run();
                    } catch (RuntimeException e) {
                        LOG.error("transport {} did not close cleanly", name, e);
                    }
                },
                task -> Thread.ofVirtual().name("closing " + name).start(task));
        parts.forEach(
                part -> usersOf.computeIfAbsent(part, key -> new ArrayList<>()).add(closed));
        all.add(closed);
    }

    void await() {
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
    }
}
