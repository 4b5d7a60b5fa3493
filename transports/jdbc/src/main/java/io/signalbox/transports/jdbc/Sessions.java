package io.signalbox.transports.jdbc;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that are attached to this node, and what is done for them: each part is a class of its own. Whatever
 * touches rows runs on the worker, in the order it was asked.
 */
final class Sessions {
    /** Looking at the length of all queues is not for free. */
    private static final long LOOK_NANOS = 1_000_000_000;

    private final JdbcTransport transport;
    private final Attached attached = new Attached();
    private final Bounds bounds;
    private final Ownership ownership;
    private final Subscribing subscribing;
    private final Pump pump;
    private long nextLookNanos = System.nanoTime();

    Sessions(JdbcTransport transport, Database database, Worker worker) {
        this.transport = transport;
        QueueRows queues = new QueueRows(database);
        SessionRows rows = new SessionRows(database, queues);
        long owner = transport.owner();
        bounds = new Bounds(database, worker, owner, attached, queues, transport.counters());
        ownership = new Ownership(database, worker, transport.time(), owner, attached, queues, rows, bounds);
        subscribing = new Subscribing(database, worker, transport.admission(), owner, rows);
        pump = new Pump(database, worker, attached, queues, bounds);
    }

    CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return ownership.open(new JdbcSession(transport, this, options, lane, subscriber));
    }

    void takenOverElsewhere(long owner, String name) {
        ownership.takenOverElsewhere(owner, name);
    }

    void detach(JdbcSession session) {
        ownership.detach(session);
    }

    CompletionStage<Void> remove(JdbcSession session) {
        return ownership.remove(session);
    }

    void expiry(JdbcSession session, Duration expiry) {
        ownership.expiry(session, expiry);
    }

    CompletionStage<List<@Nullable Refusal>> subscribe(JdbcSession session, List<FilterSpec> specs) {
        return subscribing.subscribe(session, specs);
    }

    CompletionStage<List<Boolean>> unsubscribe(JdbcSession session, List<Target> targets) {
        return subscribing.unsubscribe(session, targets);
    }

    void pump(JdbcSession session) {
        pump.run(session);
    }

    /** Any thread. */
    void wakeAll() {
        attached.wakeAll();
    }

    /** Any thread. */
    void wake(Collection<String> changed) {
        attached.wake(changed);
    }

    /** On the worker, now and then. */
    void tick() {
        attached.all().forEach(session -> session.mailbox().tick());
        ownership.expire();
        if (System.nanoTime() - nextLookNanos >= 0) {
            nextLookNanos = System.nanoTime() + LOOK_NANOS;
            bounds.keepAll();
            ownership.lookAfter(attached.all());
        }
        pump.whereItIsDue();
    }

    void close(boolean tell) {
        for (JdbcSession session : attached.all()) {
            if (tell) {
                ownership.shutDown(session);
            } else {
                session.mailbox().detach();
                attached.remove(session);
            }
        }
    }
}
