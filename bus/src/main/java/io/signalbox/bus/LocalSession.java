package io.signalbox.bus;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.lifecycle.SessionEnded;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.session.SessionScope;
import io.signalbox.bus.session.StateKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The handle of a session. */
final class LocalSession extends LocalEndpoint implements Session {
    private final LocalBus bus;
    private final SessionScope scope;
    /** Open ones, directly in this; made when there is a first. */
    private volatile Set<LocalSession> nested = Set.of();
    /** What the transport brings for its handlers; made when there is a first. */
    private volatile Set<Registration> linked = Set.of();

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
        linked(there);
        return () -> {
            registered.close();
            scope.forgetResolutions();
            if (linked.remove(there)) {
                there.close();
            }
        };
    }

    private synchronized void linked(Registration there) {
        if (linked.isEmpty()) {
            linked = ConcurrentHashMap.newKeySet();
        }
        linked.add(there);
    }

    private void demandOpen() {
        if (!scope.isOpen()) {
            throw new IllegalStateException("session '" + id() + "' is closed; open another");
        }
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
        linked.forEach(Registration::close);
        bus.forget(this);
        SessionScope around = scope.parent();
        if (around != null && bus.findSession(around.id()).orElse(null) instanceof LocalSession outer) {
            outer.removeNested(this);
        }
        long left = scope.pending();
        if (bus.events().hasSubscribers(SessionEnded.class, null)) {
            bus.events().publish(new SessionEnded(id(), left), SendOptions.DEFAULT, null);
        }
        return left;
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
