package io.signalbox.transports.jdbc;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.Remembered;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that are attached to this node. Whatever touches their rows runs on the worker, in the order it was
 * asked; the map is for any thread.
 */
final class Sessions {
    private static final Logger LOGGER = LoggerFactory.getLogger(Sessions.class);

    /** Looking at the length of all queues is not for free. */
    private static final long TRIM_NANOS = 1_000_000_000;

    private final JdbcTransport transport;
    private final Database database;
    private final QueueRows queues;
    private final SessionRows rows;
    private final Map<String, JdbcSession> attached = new ConcurrentHashMap<>();
    private long nextTrimNanos = System.nanoTime();
    private final AtomicInteger turn = new AtomicInteger();

    Sessions(JdbcTransport transport, Database database) {
        this.transport = transport;
        this.database = database;
        queues = new QueueRows(database.dialect());
        rows = new SessionRows(queues);
    }

    // Opening and ending

    CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        JdbcSession session = new JdbcSession(transport, this, options, lane, subscriber);
        CompletableFuture<Session> opened = new CompletableFuture<>();
        transport.worker().execute(() -> seize(attached.remove(options.name())));
        transport
                .worker()
                .ask(connection -> open(connection, session), done -> {
                    // Another open of the name may have come between the two tasks.
                    seize(attached.put(options.name(), session));
                    opened.complete(session);
                    session.mailbox().start();
                    session.askPump();
                })
                .exceptionally(failure -> {
                    opened.completeExceptionally(failure);
                    return false;
                });
        return opened;
    }

    /** On the worker: whoever has it here is told, and what they settled and left is written. */
    private void seize(@Nullable JdbcSession before) {
        if (before == null) {
            return;
        }
        before.mailbox().seize(DetachReason.TAKEN_OVER);
        Map<Object, Remembered> left = before.mailbox().left();
        settle(before);
        transport.worker().tried("the takeover of " + before.name(), connection -> {
            leave(connection, before, left);
            return connection;
        });
    }

    /** For a later owner: what this one's subscriber has seen, and what is free again. */
    private void leave(Connection connection, JdbcSession session, Map<Object, Remembered> left) throws SQLException {
        if (session.seenUpTo > 0) {
            queues.mayHaveBeenSeen(connection, QueueRows.own(session.name()), session.seenUpTo);
        }
        queues.remember(connection, left);
        queues.release(connection, session.name(), false);
    }

    private boolean open(Connection connection, JdbcSession session) throws SQLException {
        SessionOptions options = session.options();
        SessionRows.Found found = rows.find(connection, options.name());
        boolean keep = found != null
                && !options.cleanStart()
                && found.expiryMillis() != 0
                && !found.over(transport.time().millis());
        if (found != null && !keep) {
            rows.remove(connection, options.name());
        }
        rows.put(connection, options, transport.owner(), !keep);
        // Of an owner that is gone without a word, and of one elsewhere that hears of it now.
        queues.release(connection, options.name(), true);
        if (found != null && keep && found.uncleanFor(transport.owner())) {
            session.seenUpTo = queues.newest(connection, QueueRows.own(options.name()));
        }
        for (Trimming.Overfull overfull : Trimming.of(connection, options.name())) {
            Trimming.cut(
                    connection, queues, overfull, Set.of(), transport.time().millis());
        }
        Wakeups.tellTakeover(connection, database.dialect(), transport.owner(), options.name());
        session.resumed(keep);
        rows.subscriptions(connection, options.name()).forEach(session.subscriptions()::put);
        session.mailbox().remember(queues.remembered(connection, QueueRows.own(options.name())));
        return true;
    }

    /** Another node has it now. */
    void takenOverElsewhere(long owner, String name) {
        if (owner != transport.owner()) {
            takenOver(name);
        }
    }

    private void takenOver(String name) {
        JdbcSession session = attached.remove(name);
        if (session != null) {
            session.mailbox().seize(DetachReason.TAKEN_OVER);
            transport.worker().execute(() -> settle(session));
        }
    }

    void detach(JdbcSession session) {
        if (!session.mailbox().attached()) {
            return;
        }
        session.mailbox().detach();
        attached.remove(session.name(), session);
        transport.worker().execute(() -> ended(session));
    }

    /** On the worker: its rows are free, or gone with a session that does not stay. */
    private void ended(JdbcSession session) {
        Map<Object, Remembered> left = session.mailbox().left();
        settle(session);
        transport.worker().tried("the end of session " + session.name(), connection -> {
            if (rows.detached(
                    connection,
                    session.name(),
                    transport.owner(),
                    transport.time().millis())) {
                SessionRows.Found found = rows.find(connection, session.name());
                if (found != null && found.expiryMillis() == 0) {
                    rows.remove(connection, session.name());
                } else {
                    leave(connection, session, left);
                }
                Wakeups.tellNews(connection, database.dialect(), transport.owner());
            }
            return connection;
        });
        wakeAll();
    }

    CompletionStage<Void> remove(JdbcSession session) {
        session.mailbox().detach();
        attached.remove(session.name(), session);
        return transport
                .worker()
                .ask(
                        connection -> {
                            rows.remove(connection, session.name());
                            return true;
                        },
                        done -> wakeAll())
                .thenApply(done -> null);
    }

    void expiry(JdbcSession session, Duration expiry) {
        transport
                .worker()
                .execute(() -> transport.worker().tried("a change of expiry", connection -> {
                    rows.expiry(connection, session.name(), expiry);
                    return connection;
                }));
    }

    /** On the worker: sessions whose time is over. */
    void expire() {
        transport.worker().tried("the expiry of sessions", connection -> {
            for (String name : rows.expired(connection, transport.time().millis())) {
                rows.remove(connection, name);
            }
            return connection;
        });
    }

    // Subscribing

    CompletionStage<List<@Nullable Refusal>> subscribe(JdbcSession session, List<FilterSpec> specs) {
        List<@Nullable Refusal> results = new ArrayList<>();
        List<FilterSpec> accepted = new ArrayList<>();
        for (FilterSpec spec : specs) {
            Refusal refusal = transport.admission().refuse(spec);
            results.add(refusal);
            if (refusal == null) {
                accepted.add(spec);
            }
        }
        return transport
                .worker()
                .ask(
                        connection -> {
                            demandAttached(session);
                            closeGate(connection);
                            for (FilterSpec spec : accepted) {
                                rows.subscribe(connection, session.name(), spec);
                                Past.insert(
                                        connection,
                                        database.dialect(),
                                        session.name(),
                                        spec,
                                        transport.time().millis());
                            }
                            accepted.forEach(session.subscriptions()::put);
                            return results;
                        },
                        done -> session.askPump());
    }

    /** No publish is between its routing and its commit while this transaction lasts. */
    private static void closeGate(Connection connection) throws SQLException {
        try (var gate = connection.prepareStatement("SELECT id FROM sb_gate WHERE id = 1 FOR UPDATE")) {
            gate.executeQuery().close();
        }
    }

    CompletionStage<List<Boolean>> unsubscribe(JdbcSession session, List<Target> targets) {
        return transport
                .worker()
                .ask(
                        connection -> {
                            demandAttached(session);
                            List<Boolean> was = new ArrayList<>();
                            for (Target target : targets) {
                                was.add(rows.unsubscribe(connection, session.name(), target));
                                session.subscriptions().remove(target);
                            }
                            return was;
                        },
                        done -> {});
    }

    private static void demandAttached(JdbcSession session) {
        if (!session.mailbox().attached()) {
            throw Worker.closed();
        }
    }

    // Delivering; on the worker

    /** Writes what is settled and takes what the credit allows, in one transaction. */
    void pump(JdbcSession session) {
        boolean takes = session.mailbox().attached() && attached.get(session.name()) == session && session.takesMore();
        if (takes && session.claimUnknown) {
            takes = findOut(session);
        }
        if (takes && session.trimFirst) {
            session.trimFirst = false;
            trim(session);
        }
        if (!takes) {
            settle(session);
            return;
        }
        // In this order: what is settled in between is in both, and what is in neither does not exist.
        Set<Claim> known = session.credit().held();
        Settlements.Settled settled = session.settlements().take();
        Fetch fetch = new Fetch(queues, session, known, transport.time().millis());
        boolean done = transport.worker().tried("delivering to " + session.name(), connection -> {
            settled.write(connection, queues, transport.time().millis(), database.dialect());
            fetch.run(connection);
            return connection;
        });
        if (!done) {
            session.settlements().giveBack(settled);
            session.claimUnknown = true;
            return;
        }
        fetch.rows().forEach(row -> hand(session, row));
        if (fetch.more()) {
            session.askPump();
        }
    }

    /** What is here, and what is settled and not written yet. */
    private static Set<Claim> known(JdbcSession session) {
        Set<Claim> known = new HashSet<>(session.credit().held());
        known.addAll(session.settlements().claims());
        return known;
    }

    /** What was claimed without our knowing is free again. */
    private boolean findOut(JdbcSession session) {
        Set<Claim> known = known(session);
        boolean done = transport.worker().tried("looking for claims of " + session.name(), connection -> {
            queues.releaseUnknown(connection, session.name(), known);
            return connection;
        });
        session.claimUnknown = !done;
        return done;
    }

    private void hand(JdbcSession session, ClaimedRow row) {
        Message message;
        try {
            message = row.message();
        } catch (SignalboxException e) {
            LOGGER.warn("message {} is no message: {}", row.claim().sequence(), e.getMessage());
            session.settlements()
                    .dead(new DeadLetterRows.Dying(
                            row.claim(), session.name(), DeadReason.MALFORMED, String.valueOf(e.getMessage()), 0));
            return;
        }
        session.credit().claimed(row.claim(), message, row.needsCredit());
        session.hand(row, message);
    }

    /** Writes what the session's subscriber has settled. */
    private void settle(JdbcSession session) {
        if (session.settlements().isEmpty()) {
            return;
        }
        Settlements.Settled settled = session.settlements().take();
        boolean done = transport.worker().tried("settling for " + session.name(), connection -> {
            settled.write(connection, queues, transport.time().millis(), database.dialect());
            return connection;
        });
        if (!done) {
            session.settlements().giveBack(settled);
        }
    }

    /** Every queue is looked at. Any thread. */
    void wakeAll() {
        inTurn(List.copyOf(attached.values()));
    }

    /** Those that read one of these queues. Any thread. */
    void wake(Collection<String> changed) {
        List<JdbcSession> readers = new ArrayList<>();
        boolean shared = false;
        for (String queue : changed) {
            JdbcSession owner = queue.startsWith("s:") ? attached.get(queue.substring(2)) : null;
            if (owner != null) {
                readers.add(owner);
            }
            shared |= queue.startsWith("g:");
        }
        if (shared) {
            for (JdbcSession session : attached.values()) {
                if (!Collections.disjoint(session.queues(), changed)) {
                    readers.add(session);
                }
            }
        }
        inTurn(readers);
    }

    /** Members of a share group take turns at being first. */
    private void inTurn(List<JdbcSession> readers) {
        int size = readers.size();
        int first = size < 2 ? 0 : Math.floorMod(turn.getAndIncrement(), size);
        for (int i = 0; i < size; i++) {
            readers.get((first + i) % size).askPump();
        }
    }

    /** On the worker, now and then. */
    void tick() {
        for (JdbcSession session : attached.values()) {
            session.mailbox().tick();
        }
        expire();
        if (System.nanoTime() - nextTrimNanos >= 0) {
            nextTrimNanos = System.nanoTime() + TRIM_NANOS;
            trimAll();
            findLost();
        }
        wakeAll();
    }

    /** Another node that took a session over may not have been heard. */
    private void findLost() {
        List<String> lost = new ArrayList<>();
        transport.worker().tried("looking after sessions", connection -> {
            lost.clear();
            lost.addAll(rows.lost(connection, List.copyOf(attached.keySet()), transport.owner()));
            return connection;
        });
        lost.forEach(this::takenOver);
    }

    private void trim(JdbcSession session) {
        transport.worker().tried("trimming the queue of " + session.name(), connection -> {
            for (Trimming.Overfull overfull : Trimming.of(connection, session.name())) {
                Trimming.cut(
                        connection,
                        queues,
                        overfull,
                        known(session),
                        transport.time().millis());
            }
            return connection;
        });
    }

    /** Queues that are longer than their bounds are cut, as their policy says. */
    private void trimAll() {
        transport.worker().tried("trimming queues", connection -> {
            long now = transport.time().millis();
            for (Trimming.Overfull overfull : Trimming.ofNobody(connection)) {
                Trimming.cut(connection, queues, overfull, Set.of(), now);
            }
            for (Trimming.Overfull overfull : Trimming.of(connection, transport.owner())) {
                JdbcSession session = attached.get(overfull.session());
                if (session != null) {
                    Trimming.cut(connection, queues, overfull, known(session), now);
                }
            }
            return connection;
        });
    }

    void close(boolean tell) {
        for (JdbcSession session : List.copyOf(attached.values())) {
            if (tell) {
                session.mailbox().seize(DetachReason.SHUTTING_DOWN);
            } else {
                session.mailbox().detach();
            }
            attached.remove(session.name(), session);
            if (tell) {
                transport.worker().execute(() -> ended(session));
            }
        }
    }
}
