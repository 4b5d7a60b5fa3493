package io.signalbox.transports.rabbitmq;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
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
import java.util.function.Supplier;

/** Who has which session on this instance, and what is asked of each in which order. */
final class Sessions {
    /** Sessions whose unsettled deliveries keep their ids for a return to this instance. */
    private static final int REMEMBERED_MAX = 10_000;

    private final RabbitMqTransport transport;
    private final Supplier<ConsumeLines> lines;
    private final Strands strands = new Strands();
    private final Map<String, RabbitSession> attached = new ConcurrentHashMap<>();
    private final Set<CompletableFuture<?>> leaving = ConcurrentHashMap.newKeySet();
    private final Expiries expiries;
    private final Map<String, Map<Object, Remembered>> remembered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<Object, Remembered>> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    private volatile boolean closed;

    /** @param lines a connection with room for one more session */
    Sessions(RabbitMqTransport transport, Supplier<ConsumeLines> lines) {
        this.transport = transport;
        this.lines = lines;
        expiries = new Expiries(transport, lines);
    }

    <T> CompletableFuture<T> inOrder(String name, Callable<T> task) {
        return strands.run(name, task);
    }

    CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        CompletableFuture<?>[] before = leaving.toArray(CompletableFuture[]::new);
        CompletableFuture<Session> opened = new CompletableFuture<>();
        CompletableFuture<RabbitSession> opening = strands.run(options.name(), () -> {
            // What was asked to end before this was asked has ended when it is answered.
            CompletableFuture.allOf(before).handle((done, failure) -> true).join();
            return open(new RabbitSession(transport, this, lines.get(), options, lane, subscriber));
        });
        opening.whenComplete((session, failure) -> {
            if (failure != null) {
                opened.completeExceptionally(failure);
            } else {
                opened.complete(session);
                session.mailbox().start();
            }
        });
        return opened;
    }

    private RabbitSession open(RabbitSession session) {
        String name = session.name();
        demandOpen();
        expiries.forget(name);
        RabbitSession before = attached.get(name);
        if (before != null) {
            end(before, DetachReason.TAKEN_OVER);
        }
        try {
            session.attachment().open();
        } catch (RuntimeException e) {
            session.mailbox().detach();
            session.attachment().leave();
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
    private void end(RabbitSession session, DetachReason reason) {
        session.mailbox().seize(reason);
        attached.remove(session.name(), session);
        session.attachment().leave();
        remember(session);
    }

    /** The server hands over nothing more to it by now. */
    private void remember(RabbitSession session) {
        Map<Object, Remembered> left = session.mailbox().left();
        if (session.options().durable() && !left.isEmpty()) {
            synchronized (remembered) {
                remembered.put(session.name(), left);
            }
        }
    }

    /** What an earlier owner on this instance left, once. */
    Map<Object, Remembered> recall(String name) {
        synchronized (remembered) {
            Map<Object, Remembered> left = remembered.remove(name);
            return left == null ? Map.of() : left;
        }
    }

    void forget(String name) {
        synchronized (remembered) {
            remembered.remove(name);
        }
    }

    void detach(RabbitSession session) {
        if (!session.mailbox().attached()) {
            return;
        }
        session.mailbox().detach();
        CompletableFuture<Boolean> left = strands.run(session.name(), () -> {
            attached.remove(session.name(), session);
            session.attachment().leave();
            remember(session);
            expiries.await(session.options(), session.attachment().expiry());
            return true;
        });
        leaving.add(left);
        left.whenComplete((done, failure) -> leaving.remove(left));
    }

    CompletionStage<Void> remove(RabbitSession session) {
        return strands.run(session.name(), () -> {
            session.mailbox().detach();
            attached.remove(session.name(), session);
            forget(session.name());
            session.attachment().remove();
            return null;
        });
    }

    /** Another instance has it now. */
    void takenOver(String name) {
        RabbitSession session = attached.get(name);
        if (session != null) {
            strands.run(name, () -> {
                if (attached.get(name) == session) {
                    end(session, DetachReason.TAKEN_OVER);
                }
                return true;
            });
        }
    }

    /** Why a session that is not attached cannot publish. */
    Refusal endOf(RabbitSession session) {
        return closed
                ? new Refusal(ReasonCode.CLOSED, "this transport is closed")
                : new Refusal(ReasonCode.CLOSED, "session '" + session.name() + "' is not attached any more");
    }

    void tick() {
        long now = transport.time().millis();
        attached.values().forEach(session -> {
            session.mailbox().tick();
            session.attachment().tick(now);
        });
        expiries.tick(this);
    }

    boolean isAttached(String name) {
        return attached.containsKey(name);
    }

    /** Detaches everybody, and waits until the server has back what was unsettled. */
    void close() {
        closed = true;
        List.copyOf(attached.values())
                .forEach(session -> strands.run(session.name(), () -> {
                    if (attached.get(session.name()) == session) {
                        end(session, DetachReason.SHUTTING_DOWN);
                    }
                    return true;
                }));
        strands.close();
    }
}
