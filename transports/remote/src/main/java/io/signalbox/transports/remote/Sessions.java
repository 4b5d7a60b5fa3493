package io.signalbox.transports.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.connection.Strands;
import io.signalbox.transports.delivery.Remembered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who has which session on this instance, and what is asked of each in which order. */
final class Sessions {
    /** Sessions whose unsettled deliveries keep their ids for a return to this instance. */
    private static final int REMEMBERED_MAX = 10_000;

    private static final long PUBLISH_WAIT_MILLIS = 5_000;

    private final RemoteTransport transport;
    private final Strands strands = new Strands();
    private final Map<String, RemoteSession> attached = new ConcurrentHashMap<>();
    private final Set<CompletableFuture<?>> leaving = ConcurrentHashMap.newKeySet();
    private final Map<String, Map<Object, Remembered>> remembered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<Object, Remembered>> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    private volatile boolean closed;

    Sessions(RemoteTransport transport) {
        this.transport = transport;
    }

    <T> CompletableFuture<T> inOrder(String name, Callable<T> task) {
        return strands.run(name, task);
    }

    CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        CompletableFuture<?>[] before = leaving.toArray(CompletableFuture[]::new);
        CompletableFuture<Session> opened = new CompletableFuture<>();
        var unused = strands.run(options.name(), () -> {
                    // What was asked to end before this was asked has ended when it is answered.
                    CompletableFuture.allOf(before)
                            .handle((done, failure) -> true)
                            .join();
                    return attach(options, lane, subscriber);
                })
                .whenComplete((session, failure) -> {
                    if (failure != null) {
                        opened.completeExceptionally(failure);
                    } else {
                        opened.complete(session);
                        session.mailbox().start();
                    }
                });
        return opened;
    }

    /** Done when the server knows of all that has been asked to leave; null: it does. */
    @Nullable
    CompletableFuture<?> leaving() {
        return leaving.isEmpty() ? null : CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new));
    }

    private RemoteSession attach(SessionOptions options, Lane lane, Subscriber subscriber) {
        String name = options.name();
        demandOpen();
        RemoteSession before = attached.get(name);
        if (before != null) {
            end(before, DetachReason.TAKEN_OVER);
        }
        RemoteSession session = new RemoteSession(transport, options, lane, subscriber);
        session.mailbox().remember(options.cleanStart() ? forget(name) : recall(name));
        try {
            session.resumed(session.line().open());
        } catch (RuntimeException e) {
            session.mailbox().detach();
            session.line().leave(false, 0);
            throw e;
        }
        attached.put(name, session);
        if (closed) {
            end(session, DetachReason.SHUTTING_DOWN);
            demandOpen();
        }
        return session;
    }

    private void demandOpen() {
        if (closed) {
            throw new SignalboxException(ReasonCode.CLOSED, "this transport is closed");
        }
    }

    /** In the strand of the session. */
    private void end(RemoteSession session, DetachReason reason) {
        session.mailbox().seize(reason);
        attached.remove(session.name(), session);
        session.line().leave(true, reason == DetachReason.SHUTTING_DOWN ? PUBLISH_WAIT_MILLIS : 0);
        remember(session);
    }

    /** The server hands over nothing more to it by now. */
    private void remember(RemoteSession session) {
        Map<Object, Remembered> left = session.mailbox().left();
        if (session.options().durable() && !left.isEmpty()) {
            synchronized (remembered) {
                remembered.put(session.name(), left);
            }
        }
    }

    /** What an earlier owner on this instance left, once. */
    private Map<Object, Remembered> recall(String name) {
        synchronized (remembered) {
            Map<Object, Remembered> left = remembered.remove(name);
            return left == null ? Map.of() : left;
        }
    }

    private Map<Object, Remembered> forget(String name) {
        synchronized (remembered) {
            remembered.remove(name);
        }
        return Map.of();
    }

    void detach(RemoteSession session, boolean clean) {
        if (!session.mailbox().attached()) {
            return;
        }
        session.mailbox().detach();
        CompletableFuture<Boolean> left = strands.run(session.name(), () -> {
            attached.remove(session.name(), session);
            session.line().leave(clean, PUBLISH_WAIT_MILLIS);
            remember(session);
            return true;
        });
        leaving.add(left);
        left.whenComplete((done, failure) -> leaving.remove(left));
    }

    CompletionStage<Void> remove(RemoteSession session) {
        return strands.run(session.name(), () -> {
            session.mailbox().detach();
            attached.remove(session.name(), session);
            Map<Object, Remembered> unused = forget(session.name());
            session.line().remove();
            return null;
        });
    }

    /** The server has ended it, or given it to somebody else. */
    void ended(String name, SessionLine line, DetachReason reason) {
        var unused = strands.run(name, () -> {
            RemoteSession session = attached.get(name);
            if (session != null && session.line() == line) {
                end(session, reason);
            }
            return true;
        });
    }

    void tick() {
        attached.values().forEach(session -> {
            session.mailbox().tick();
            session.line().outbox().tick();
        });
    }

    /** Detaches everybody, and waits until the server knows. */
    void close() {
        closed = true;
        List.copyOf(attached.values()).forEach(session -> {
            var unused = strands.run(session.name(), () -> {
                if (attached.get(session.name()) == session) {
                    end(session, DetachReason.SHUTTING_DOWN);
                }
                return true;
            });
        });
        strands.close();
    }
}
