package io.signalbox.transports.jdbc;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.delivery.Remembered;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has a session: opening, taking over, letting go, and noticing what others did meanwhile. Rows are changed by the
 * worker alone. What must be written at an end is written as soon as the database answers, or the session would stay
 * this node's for ever.
 */
final class Ownership {
    private static final Logger LOGGER = LoggerFactory.getLogger(Ownership.class);

    private final Database database;
    private final Worker worker;
    private final TimeSource time;
    private final long owner;
    private final Attached attached;
    private final QueueRows queues;
    private final SessionRows rows;
    private final Bounds bounds;

    Ownership(
            Database database,
            Worker worker,
            TimeSource time,
            long owner,
            Attached attached,
            QueueRows queues,
            SessionRows rows,
            Bounds bounds) {
        this.database = database;
        this.worker = worker;
        this.time = time;
        this.owner = owner;
        this.attached = attached;
        this.queues = queues;
        this.rows = rows;
        this.bounds = bounds;
    }

    CompletionStage<Session> open(JdbcSession session) {
        CompletableFuture<Session> opened = new CompletableFuture<>();
        String name = session.name();
        worker.execute(() -> seize(attached.remove(name)));
        Consumer<Boolean> ours = done -> {
            // Another open of the name may have come between the two tasks.
            seize(attached.put(session));
            opened.complete(session);
            session.mailbox().start();
            session.askPump();
        };
        worker.ask(connection -> open(connection, session), ours).exceptionally(failure -> {
            opened.completeExceptionally(failure);
            return false;
        });
        return opened;
    }

    private boolean open(Connection connection, JdbcSession session) throws SQLException {
        SessionOptions options = session.options();
        SessionRows.Found found = rows.find(connection, options.name());
        boolean keep = found != null
                && !options.cleanStart()
                && !session.beganNew
                && found.expiryMillis() != 0
                && !found.over();
        // A commit whose answer was lost is tried again, and must not find its own work.
        session.beganNew = !keep;
        if (found != null && !keep) {
            rows.remove(connection, options.name());
        }
        rows.put(connection, options, owner, !keep);
        // Of an owner that is gone without a word, and of one elsewhere that hears of it now.
        queues.release(connection, options.name(), true);
        if (found != null && keep && found.uncleanFor(owner)) {
            session.seenUpTo = queues.newest(connection, QueueRows.own(options.name()));
        }
        bounds.keep(connection, Trimming.of(connection, options.name()), overfull -> Set.of());
        Wakeups.tellTakeover(connection, database, owner, options.name());
        session.resumed(keep);
        rows.subscriptions(connection, options.name()).forEach(session.filters()::put);
        session.mailbox().remember(queues.remembered(connection, QueueRows.own(options.name())));
        return true;
    }

    /** On the worker: whoever has it here is told, and what they settled and left is written. */
    private void seize(@Nullable JdbcSession before) {
        if (before != null) {
            before.mailbox().seize(DetachReason.TAKEN_OVER);
            letGo(before, connection -> {});
        }
    }

    void detach(JdbcSession session) {
        if (session.mailbox().attached()) {
            session.mailbox().detach();
            attached.remove(session);
            worker.execute(() -> ended(session));
        }
    }

    /** The transport closes. */
    void shutDown(JdbcSession session) {
        session.mailbox().seize(DetachReason.SHUTTING_DOWN);
        attached.remove(session);
        worker.execute(() -> ended(session));
    }

    /** On the worker: its rows are free, or gone with a session that does not stay. */
    private void ended(JdbcSession session) {
        long sinceMillis = time.millis();
        letGo(session, connection -> {
            if (rows.detached(connection, session.name(), owner, time.millis() - sinceMillis)) {
                SessionRows.Found found = rows.find(connection, session.name());
                if (found != null && found.expiryMillis() == 0) {
                    rows.remove(connection, session.name());
                }
                Wakeups.tellNews(connection, database, owner);
            }
        });
        attached.wakeAll();
    }

    /** Writes what it settled; and, unless somebody else has it by now, what a later owner has to know. */
    private void letGo(JdbcSession session, Leaving leaving) {
        Map<Object, Remembered> left = session.mailbox().left();
        Settlements.Settled settled = session.settlements().take();
        worker.untilDone("the end of session " + session.name(), connection -> {
            settled.write(connection, queues, database);
            JdbcSession now = attached.get(session.name());
            if ((now == null || now == session) && rows.isOurs(connection, session.name(), owner)) {
                if (session.seenUpTo > 0) {
                    queues.mayHaveBeenSeen(connection, QueueRows.own(session.name()), session.seenUpTo);
                }
                queues.remember(connection, left);
                queues.release(connection, session.name(), false);
                leaving.write(connection);
            }
            return connection;
        });
    }

    /** What else is written when a session is let go. */
    private interface Leaving {
        void write(Connection connection) throws SQLException;
    }

    /** A session that somebody else has by now is not ours to remove. */
    CompletionStage<Void> remove(JdbcSession session) {
        session.mailbox().detach();
        attached.remove(session);
        return worker.ask(
                        connection -> {
                            if (attached.get(session.name()) == null
                                    && rows.isOurs(connection, session.name(), owner)) {
                                rows.remove(connection, session.name());
                            }
                            return true;
                        },
                        done -> attached.wakeAll())
                .thenApply(done -> null);
    }

    void expiry(JdbcSession session, Duration expiry) {
        worker.execute(() -> worker.untilDone("a change of expiry", connection -> {
            if (rows.isOurs(connection, session.name(), owner)) {
                rows.expiry(connection, session.name(), expiry);
            }
            return connection;
        }));
    }

    /** On the worker: sessions whose time is over. */
    void expire() {
        worker.tried("the expiry of sessions", connection -> {
            for (String name : rows.expired(connection)) {
                rows.remove(connection, name);
            }
            return connection;
        });
    }

    /** Another node says that it has it now; which may be long ago, so the database is asked. Any thread. */
    void takenOverElsewhere(long newOwner, String name) {
        if (newOwner != owner && attached.get(name) != null) {
            worker.execute(() -> {
                JdbcSession session = attached.get(name);
                lookAfter(session == null ? List.of() : List.of(session));
            });
        }
    }

    /**
     * On the worker: what became of sessions without our doing. One that another node has is taken over; one that was
     * freed, since this node was out of reach for a while, is this node's again; one that is gone is removed.
     */
    void lookAfter(Collection<JdbcSession> sessions) {
        Map<JdbcSession, DetachReason> lost = new HashMap<>();
        worker.tried("looking after sessions", connection -> {
            lost.clear();
            Map<String, Long> owners = rows.owners(
                    connection, sessions.stream().map(JdbcSession::name).toList());
            for (JdbcSession session : sessions) {
                Long has = owners.get(session.name());
                if (has == null) {
                    lost.put(session, DetachReason.REMOVED);
                } else if (has == SessionRows.NOBODY) {
                    LOGGER.warn("session {} was thought to be without its node and goes on", session.name());
                    rows.reclaim(connection, session.name(), owner);
                } else if (has != owner) {
                    lost.put(session, DetachReason.TAKEN_OVER);
                }
            }
            return connection;
        });
        lost.forEach((session, reason) -> {
            attached.remove(session);
            session.mailbox().seize(reason);
            letGo(session, connection -> {});
        });
    }
}
