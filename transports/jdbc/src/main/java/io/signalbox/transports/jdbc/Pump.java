package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves messages between a session's queues and its mailbox. On the worker. */
final class Pump {
    private static final Logger LOGGER = LoggerFactory.getLogger(Pump.class);

    private final Database database;
    private final Worker worker;
    private final Attached attached;
    private final QueueRows queues;
    private final Bounds bounds;

    Pump(Database database, Worker worker, Attached attached, QueueRows queues, Bounds bounds) {
        this.database = database;
        this.worker = worker;
        this.attached = attached;
        this.queues = queues;
        this.bounds = bounds;
    }

    /** Writes what is settled and takes what the credit allows, in one transaction. */
    void run(JdbcSession session) {
        boolean takes = session.mailbox().attached() && attached.has(session) && session.takesMore();
        if (takes && session.claimUnknown) {
            takes = findOut(session);
        }
        if (takes && session.trimFirst) {
            session.trimFirst = false;
            bounds.keep(session);
        }
        if (!takes) {
            settle(session);
            return;
        }
        // In this order: what is settled in between is in both, and what is in neither does not exist.
        Set<Claim> known = session.credit().held();
        Settlements.Settled settled = session.settlements().take();
        Fetch fetch = new Fetch(queues, session, known);
        boolean done = worker.tried("delivering to " + session.name(), connection -> {
            database.dialect().goesByIndex(connection, settled.needsDisk());
            settled.write(connection, queues, database);
            fetch.run(connection);
            return connection;
        });
        if (!done) {
            session.settlements().giveBack(settled);
            session.claimUnknown = true;
            return;
        }
        List<Arrival<Claim>> arrivals = new ArrayList<>(fetch.rows().size());
        fetch.rows().forEach(row -> hand(session, row, arrivals));
        session.mailbox().arrived(arrivals);
        if (fetch.more()) {
            session.moreIsThere();
        }
    }

    /** One look for all: a session that has nothing to do costs no transaction of its own. */
    void whereItIsDue() {
        Map<JdbcSession, List<String>> queuesOf = new HashMap<>();
        Set<String> all = new HashSet<>();
        attached.all().forEach(session -> {
            List<String> its = session.queues();
            queuesOf.put(session, its);
            all.addAll(its);
        });
        Set<String> due = new HashSet<>();
        boolean known = all.isEmpty()
                || worker.tried("looking for what is due", connection -> {
                    database.dialect().goesByIndex(connection, true);
                    due.clear();
                    due.addAll(queues.due(connection, all));
                    return connection;
                });
        if (known) {
            queuesOf.forEach((session, its) -> {
                if (session.claimUnknown || !session.settlements().isEmpty() || !Collections.disjoint(its, due)) {
                    session.askPump();
                }
            });
        }
    }

    /** What is here, and what is settled and not written yet. */
    static Set<Claim> known(JdbcSession session) {
        Set<Claim> known = new HashSet<>(session.credit().held());
        known.addAll(session.settlements().claims());
        return known;
    }

    /** What was claimed without our knowing is free again. */
    private boolean findOut(JdbcSession session) {
        Set<Claim> known = known(session);
        boolean done = worker.tried("looking for claims of " + session.name(), connection -> {
            queues.releaseUnknown(connection, session.name(), known);
            return connection;
        });
        session.claimUnknown = !done;
        return done;
    }

    private static void hand(JdbcSession session, ClaimedRow row, List<Arrival<Claim>> arrivals) {
        Message message;
        try {
            message = row.message(session.topics());
        } catch (RuntimeException e) {
            // Somebody wrote it by hand: whatever is wrong with it, it must not stop the queue.
            LOGGER.warn("message {} is no message: {}", row.claim().sequence(), e.toString());
            session.settlements()
                    .dead(new DeadLetterRows.Dying(
                            row.claim(), session.name(), DeadReason.MALFORMED, String.valueOf(e.getMessage()), 0));
            return;
        }
        session.credit().taken(row.claim(), message, row.needsCredit());
        arrivals.add(session.arrival(row, message));
    }

    /** Writes what the session's subscriber has settled. */
    private void settle(JdbcSession session) {
        if (session.settlements().isEmpty()) {
            return;
        }
        Settlements.Settled settled = session.settlements().take();
        boolean done = worker.tried("settling for " + session.name(), connection -> {
            database.dialect().goesByIndex(connection, settled.needsDisk());
            settled.write(connection, queues, database);
            return connection;
        });
        if (!done) {
            session.settlements().giveBack(settled);
        }
    }
}
