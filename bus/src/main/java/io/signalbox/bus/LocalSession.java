package io.signalbox.bus;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.lifecycle.SessionEnded;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.session.SessionScope;
import io.signalbox.bus.session.StateKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handle of a session. */
final class LocalSession extends LocalEndpoint implements Session {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSession.class);
    private static final Duration LINKS_ENDED_WITHIN = Duration.ofSeconds(10);

    private final LocalBus bus;
    private final SessionScope scope;
    /** Open ones, directly in this; made when there is a first. */
    private volatile Set<LocalSession> nested = Set.of();
    /** What the transport brings for its handlers; made when there is a first. Guarded by this. */
    private @Nullable Set<Registration> linked;
    /** Guarded by this. */
    private boolean ended;

    LocalSession(LocalBus bus, SessionScope scope) {
        super(bus, scope);
        this.bus = bus;
        this.scope = scope;
    }

    SessionScope scope() {
        return scope;
    }

    synchronized void addNested(LocalSession inner) {
        if (nested.isEmpty()) {
            nested = ConcurrentHashMap.newKeySet();
        }
        nested.add(inner);
    }

    private void removeNested(LocalSession inner) {
        if (!nested.isEmpty()) {
            nested.remove(inner);
        }
    }

    @Override
    public String id() {
        return scope.id();
    }

    @Override
    public boolean isOpen() {
        return scope.isOpen();
    }

    @Override
    Registration add(HandlerEntry entry) {
        demandOpen();
        Registration registered = bus.names().add(entry, scope.registry());
        Registration there;
        try {
            there = bus.linked(entry, id());
        } catch (RuntimeException refused) {
            registered.close();
            throw refused;
        }
        if (!keep(there)) {
            registered.close();
            there.close();
            throw closed();
        }
        return () -> {
            registered.close();
            scope.forgetResolutions();
            if (letGo(there)) {
                there.close();
            }
        };
    }

    /** False: the session has ended while it was registered. */
    private synchronized boolean keep(Registration there) {
        if (ended) {
            return false;
        }
        if (there != LocalBus.NOT_LINKED) {
            linked = linked == null ? new HashSet<>() : linked;
            linked.add(there);
        }
        return true;
    }

    /** False: it is ended already, or with the session. */
    private synchronized boolean letGo(Registration there) {
        return linked != null && linked.remove(there);
    }

    private synchronized List<Registration> letGoOfAll() {
        ended = true;
        List<Registration> all = linked == null ? List.of() : List.copyOf(linked);
        linked = null;
        return all;
    }

    private void demandOpen() {
        if (!scope.isOpen()) {
            throw closed();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException("session '" + id() + "' is closed; open another");
    }

    @Override
    public <T> Optional<T> get(StateKey<T> key) {
        demandOpenOrOwn();
        return Optional.ofNullable(key.type().cast(scope.state().get(key)));
    }

    @Override
    public <T> Optional<T> put(StateKey<T> key, T value) {
        demandOpenOrOwn();
        return Optional.ofNullable(
                key.type().cast(scope.state().put(key, key.type().cast(value))));
    }

    @Override
    public <T> Optional<T> remove(StateKey<T> key) {
        demandOpenOrOwn();
        return Optional.ofNullable(key.type().cast(scope.state().remove(key)));
    }

    /** State is there until the last message is handled. */
    private void demandOpenOrOwn() {
        if (scope.isClosed()) {
            throw new IllegalStateException("session '" + id() + "' is closed and has no state any more");
        }
    }

    @Override
    public long close(@Nullable Duration drainTimeout) {
        long start = bus.parts().scheduler().nanoTime();
        for (LocalSession each : List.copyOf(nested)) {
            each.close(left(drainTimeout, start));
        }
        CompletableFuture<Void> drained = scope.drain();
        if (drained == null) {
            return 0;
        }
        Duration wait = left(drainTimeout, start);
        if (wait != null && !isWithinOwnHandler()) {
            try {
                bus.parts().scheduler().await(drained, wait.toNanos());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        scope.close();
        scope.forgetHandlers();
        // First of all that others can see, so that nothing that fails keeps its id from the next.
        bus.forget(this);
        SessionScope around = scope.parent();
        if (around != null && bus.localSession(around.id()) instanceof LocalSession outer) {
            outer.removeNested(this);
        }
        endLinks(letGoOfAll());
        long left = scope.pending();
        tellEnded(left);
        return left;
    }

    /** All at once: a transport that does not answer takes the time of one. */
    private void endLinks(List<Registration> links) {
        if (links.isEmpty()) {
            return;
        }
        CompletableFuture<?>[] ends = links.stream().map(this::endLink).toArray(CompletableFuture[]::new);
        try {
            bus.parts().scheduler().await(CompletableFuture.allOf(ends), LINKS_ENDED_WITHIN.toNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Void> endLink(Registration there) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Runnable ending = () -> {
            try {
                there.close();
            } catch (RuntimeException notEnded) {
                LOG.warn(
                        "a subscription of session '{}' is ended when something comes for it: {}",
                        id(),
                        notEnded.toString());
            } finally {
                end.complete(null);
            }
        };
        try {
            bus.parts().scheduler().execute(ending);
        } catch (RejectedExecutionException closing) {
            ending.run();
        }
        return end;
    }

    private void tellEnded(long left) {
        try {
            if (bus.events().hasSubscribers(SessionEnded.class, null)) {
                bus.events().publish(new SessionEnded(id(), left), SendOptions.DEFAULT, null);
            }
        } catch (RuntimeException | Error broken) {
            LOG.error("nobody could be told of the end of session '{}'", id(), broken);
        }
    }

    /** One timeout holds for all that are nested. */
    private @Nullable Duration left(@Nullable Duration timeout, long startNanos) {
        if (timeout == null) {
            return null;
        }
        long nanos = timeout.toNanos() - (bus.parts().scheduler().nanoTime() - startNanos);
        return Duration.ofNanos(Math.max(0, nanos));
    }

    private boolean isWithinOwnHandler() {
        Frame frame = Frame.current();
        return frame != null && frame.meta().session() instanceof SessionScope around && around.isWithin(id());
    }
}
