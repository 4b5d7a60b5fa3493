package io.signalbox.gateway.amqp.link;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * What one connection does with its durable subscriptions, in the order in which its client asked for it: whether one is
 * there takes several questions, and only then can it be ended, while the client may already want the next one under its
 * name. By names of sessions; bounded by the links. Owned by the connection's loop.
 */
final class Turns {
    private final Map<String, CompletableFuture<Void>> last = new HashMap<>();

    boolean isFree(String name) {
        return !last.containsKey(name);
    }

    /**
     * Take a turn after this is called, not before.
     *
     * @return completes when none of them is anybody's; fails if the last one could not do what its client asked for
     */
    CompletableFuture<Void> free(List<String> names) {
        return CompletableFuture.allOf(
                names.stream().map(last::get).filter(Objects::nonNull).toArray(CompletableFuture<?>[]::new));
    }

    /** @return to be completed by whoever has them now */
    CompletableFuture<Void> take(List<String> names) {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        names.forEach(name -> last.put(name, turn));
        turn.whenComplete((done, error) -> names.forEach(name -> last.remove(name, turn)));
        return turn;
    }
}
