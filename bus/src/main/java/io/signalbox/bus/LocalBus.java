package io.signalbox.bus;

import io.signalbox.bus.command.CommandDispatch;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.DeadLetterListener;
import io.signalbox.bus.deadletter.DeadLetterStore;
import io.signalbox.bus.deadletter.DeadLetters;
import io.signalbox.bus.deadletter.LetterLimits;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.dispatch.EventDispatch;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.ledger.Ledger;
import io.signalbox.bus.lifecycle.SessionStarted;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.query.QueryDispatch;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.Registry;
import io.signalbox.bus.remote.RemoteLink;
import io.signalbox.bus.session.SessionScope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bus of one process. */
final class LocalBus extends LocalEndpoint implements Bus {
    private static final Logger LOG = LoggerFactory.getLogger(LocalBus.class);
    /** The least time that answers have to get to the transport, also when the handlers have taken it all. */
    private static final Duration ANSWERED_WITHIN_MIN = Duration.ofSeconds(1);

    /** Of handlers for which no transport brings anything. */
    static final Registration NOT_LINKED = () -> {};

    private final String name;
    private final BusParts parts;
    private final Supplier<Registry> registries;
    private final Duration drainTimeout;
    private final EventDispatch events;
    private final CommandDispatch commands;
    private final QueryDispatch queries;
    private final ConcurrentHashMap<String, LocalSession> sessions = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final HandlerNames names;
    private final @Nullable RemoteLink link;

    LocalBus(
            String name,
            BusParts parts,
            Supplier<Registry> registries,
            LetterLimits letterLimits,
            List<DeadLetterListener> listeners,
            Duration drainTimeout,
            @Nullable RemoteLink link) {
        super(null, null);
        this.link = link;
        this.name = name;
        this.parts = parts;
        this.registries = registries;
        this.drainTimeout = drainTimeout;
        DeadLetterStore letters = link == null ? null : link.deadLetterStore();
        names = new HandlerNames(letters != null);
        events = new EventDispatch(parts, letterLimits, listeners, letters, this::redriveCommand);
        commands = new CommandDispatch(parts, events);
        queries = new QueryDispatch(parts, events);
    }

    /** Finds what an earlier process left, and begins to hear of the others. */
    void open() {
        if (link != null) {
            events.deadLetters().load();
            link.start(new Arriving(this));
        }
    }

    private Redrive redriveCommand(DeadLetter letter) {
        return commands.redrive(letter);
    }

    HandlerNames names() {
        return names;
    }

    EventDispatch events() {
        return events;
    }

    CommandDispatch commands() {
        return commands;
    }

    QueryDispatch queries() {
        return queries;
    }

    BusParts parts() {
        return parts;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    Registration add(HandlerEntry entry) {
        demandOpen();
        Registration registered = names.add(entry, parts.registry());
        Registration linked;
        try {
            linked = linked(entry, null);
        } catch (RuntimeException refused) {
            registered.close();
            throw refused;
        }
        AtomicBoolean gone = new AtomicBoolean();
        return () -> {
            if (!gone.compareAndSet(false, true)) {
                return;
            }
            registered.close();
            events.forgetStale();
            commands.forgetStale();
            linked.close();
        };
    }

    /**
     * Has the transport bring what the handler is for.
     *
     * @param session that it is registered in; null: the bus
     */
    Registration linked(HandlerEntry entry, @Nullable String session) {
        RemoteLink over = link;
        if (over == null) {
            return NOT_LINKED;
        }
        for (Class<?> type : over.below(entry.type())) {
            events.readLetters(type);
        }
        Registration linked = over.registered(entry, session);
        return () -> {
            if (!closed.get()) {
                linked.close();
            }
        };
    }

    private void demandOpen() {
        if (closed.get()) {
            throw new IllegalStateException("bus '" + name + "' is closed; open another");
        }
    }

    LocalSession openSession(String id, @Nullable SessionScope around) {
        demandOpen();
        if (around != null && !around.isOpen()) {
            throw new IllegalStateException("session '" + around.id() + "' is closed; open another");
        }
        LocalSession session = new LocalSession(this, new SessionScope(id, around, registries));
        if (sessions.putIfAbsent(id, session) != null) {
            throw new IllegalStateException(
                    "session '" + id + "' is open already; close it first, or choose another id");
        }
        LocalSession outer = around == null ? null : sessions.get(around.id());
        if (outer != null) {
            outer.addNested(session);
        }
        if (events.hasSubscribers(SessionStarted.class, null)) {
            events.publish(new SessionStarted(id), SendOptions.DEFAULT, session.scope());
        }
        return session;
    }

    void forget(LocalSession session) {
        sessions.remove(session.id(), session);
    }

    @Override
    public Optional<Session> findSession(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    @Nullable
    LocalSession localSession(String id) {
        return sessions.get(id);
    }

    @Override
    public DeadLetters deadLetters() {
        return events.deadLetters();
    }

    @Override
    public Ledger ledger() {
        return parts.ledger();
    }

    @Override
    public BusStatus status() {
        return new BusStatus(
                !closed.get(),
                link == null || link.isUp(),
                parts.ledger().queued(),
                parts.ledger().pendingEvents(),
                events.typesUnderPressure(),
                deadLetters().size(),
                sessions.size(),
                registeredHandlers(),
                events.handlersWithLimitRunning(),
                events.errorHandlerFailures(),
                link == null ? 0 : link.setAside(),
                link == null ? 0 : link.droppedEarly().sum());
    }

    /** One timeout holds for all that is closed. */
    private Duration left(long startNanos) {
        long nanos = drainTimeout.toNanos() - (parts.scheduler().nanoTime() - startNanos);
        return Duration.ofNanos(Math.max(0, nanos));
    }

    private int registeredHandlers() {
        int count = parts.registry().size();
        for (LocalSession session : sessions.values()) {
            Registry own = session.scope().registryIfAny();
            count += own == null ? 0 : own.size();
        }
        return count;
    }

    @Override
    public void close() {
        boolean first = closed.compareAndSet(false, true);
        if (Frame.current() != null) {
            // A handler, of this bus most likely: waiting for it to end would be waiting for ourselves.
            if (first) {
                parts.scheduler().schedule(this::end, 0);
            }
            return;
        }
        if (first) {
            end();
            return;
        }
        try {
            parts.scheduler().await(ended, drainTimeout.toNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        boolean interrupted = false;
        try {
            interrupted = !endMessages();
            if (link != null) {
                link.close();
            }
        } finally {
            parts.scheduler().close();
            deadLetters().close();
            ended.complete(null);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** False: interrupted while it waited for them. */
    private boolean endMessages() {
        long start = parts.scheduler().nanoTime();
        RemoteLink over = link;
        if (over != null) {
            step(over::stopTakingCommands);
        }
        for (LocalSession session : List.copyOf(sessions.values())) {
            step(() -> session.close(left(start)));
        }
        if (over != null) {
            over.stopReceiving();
        }
        step(events::stop);
        boolean waited = await(() -> events.drain(left(start).toNanos()));
        step(commands::close);
        step(queries::close);
        step(events::close);
        if (over != null) {
            Duration left = left(start);
            Duration wait = left.compareTo(ANSWERED_WITHIN_MIN) < 0 ? ANSWERED_WITHIN_MIN : left;
            waited &= await(() -> over.awaitAnswered(wait));
        }
        return waited;
    }

    /** Whatever it throws, a registry of the user's for example: the others must not wait for ever for the rest. */
    private void step(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | Error broken) {
            LOG.error("something of bus '{}' could not be ended in order; the rest is ended", name, broken);
        }
    }

    private interface Waiting {
        void await() throws InterruptedException;
    }

    private static boolean await(Waiting until) {
        try {
            until.await();
            return true;
        } catch (InterruptedException interrupted) {
            return false;
        }
    }
}
