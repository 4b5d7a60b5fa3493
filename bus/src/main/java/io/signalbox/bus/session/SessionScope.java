package io.signalbox.bus.session;

import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the bus knows of a session. A session that only exists is one small object: its registry and its state are made
 * when first used, since there may be a million of them.
 */
public final class SessionScope implements SessionRef {
    private enum Phase {
        OPEN,
        /** Nothing more from outside; what its own messages cause still belongs to it. */
        DRAINING,
        CLOSED
    }

    private final String id;
    private final @Nullable SessionScope parent;
    private final Supplier<Registry> registries;
    private volatile @Nullable Registry registry;
    private volatile @Nullable ConcurrentHashMap<Object, Object> state;
    private volatile @Nullable ConcurrentHashMap<Object, Object> resolutions;
    private volatile Phase phase = Phase.OPEN;
    private final AtomicLong pending = new AtomicLong();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    public SessionScope(String id, @Nullable SessionScope parent, Supplier<Registry> registries) {
        this.id = id;
        this.parent = parent;
        this.registries = registries;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public @Nullable SessionScope parent() {
        return parent;
    }

    /** Null as long as nobody registered anything. */
    public @Nullable Registry registryIfAny() {
        return registry;
    }

    /** Its own and those of the sessions around it, the innermost first, as far as there is something in them. */
    public List<Registry> registries() {
        List<Registry> all = new ArrayList<>(2);
        for (SessionScope at = this; at != null; at = at.parent) {
            Registry own = at.registry;
            if (own != null) {
                all.add(own);
            }
        }
        return all;
    }

    public synchronized Registry registry() {
        Registry made = registry;
        if (made == null) {
            made = registries.get();
            registry = made;
        }
        return made;
    }

    /** What routes remember of it: their handlers, the session's among them. */
    public synchronized ConcurrentHashMap<Object, Object> resolutions() {
        ConcurrentHashMap<Object, Object> made = resolutions;
        if (made == null) {
            made = new ConcurrentHashMap<>(4);
            resolutions = made;
        }
        return made;
    }

    /** A handler of it, or around it, is gone. */
    public void forgetResolutions() {
        resolutions = null;
    }

    /** Its handlers vanish. */
    public void forgetHandlers() {
        registry = null;
        resolutions = null;
    }

    public synchronized ConcurrentHashMap<Object, Object> state() {
        ConcurrentHashMap<Object, Object> made = state;
        if (made == null) {
            made = new ConcurrentHashMap<>(4);
            state = made;
        }
        return made;
    }

    /**
     * A message of this session comes in; it is pending until {@link #leave()}.
     *
     * @param fromWithin sent by a handler of a message of this session
     */
    public boolean enter(boolean fromWithin) {
        for (SessionScope at = this; at != null; at = at.parent) {
            at.pending.incrementAndGet();
        }
        for (SessionScope at = this; at != null; at = at.parent) {
            Phase now = at.phase;
            if (now == Phase.CLOSED || (now == Phase.DRAINING && !fromWithin)) {
                leave();
                return false;
            }
        }
        return true;
    }

    public void leave() {
        for (SessionScope at = this; at != null; at = at.parent) {
            if (at.pending.decrementAndGet() == 0 && at.phase != Phase.OPEN) {
                at.drained.complete(null);
            }
        }
    }

    public long pending() {
        return pending.get();
    }

    /**
     * Takes nothing more from outside.
     *
     * @return complete when nothing is pending; null if it was draining or closed before
     */
    public @Nullable CompletableFuture<Void> drain() {
        synchronized (this) {
            if (phase != Phase.OPEN) {
                return null;
            }
            phase = Phase.DRAINING;
        }
        if (pending.get() == 0) {
            drained.complete(null);
        }
        return drained;
    }

    /** What is still pending is not handled any more. */
    public void close() {
        phase = Phase.CLOSED;
        state = null;
    }

    /** Is it, or a session around it, at its end? */
    public boolean isClosed() {
        for (SessionScope at = this; at != null; at = at.parent) {
            if (at.phase == Phase.CLOSED) {
                return true;
            }
        }
        return false;
    }

    public boolean isOpen() {
        return phase == Phase.OPEN;
    }
}
