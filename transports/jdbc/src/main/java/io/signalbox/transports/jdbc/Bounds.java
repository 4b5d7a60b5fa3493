package io.signalbox.transports.jdbc;

import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transports.delivery.DeliveryCounters;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps queues within their bounds, as their policy says, and counts what that costs. On the worker. */
final class Bounds {
    private static final Logger LOGGER = LoggerFactory.getLogger(Bounds.class);

    private final Database database;
    private final Worker worker;
    private final long owner;
    private final Attached attached;
    private final QueueRows queues;
    private final DeliveryCounters counters;

    Bounds(
            Database database,
            Worker worker,
            long owner,
            Attached attached,
            QueueRows queues,
            DeliveryCounters counters) {
        this.database = database;
        this.worker = worker;
        this.owner = owner;
        this.attached = attached;
        this.queues = queues;
        this.counters = counters;
    }

    /** Of one session of this node. */
    void keep(JdbcSession session) {
        worker.tried("trimming the queue of " + session.name(), connection -> {
            keep(connection, Trimming.of(connection, session.name()), overfull -> Pump.known(session));
            return connection;
        });
    }

    /** Of the sessions of this node, and of those that are nobody's. */
    void keepAll() {
        worker.tried("trimming queues", connection -> {
            keep(connection, Trimming.ofNobody(connection), overfull -> Set.of());
            List<Trimming.Overfull> ours = Trimming.of(connection, owner).stream()
                    .filter(overfull -> attached.get(overfull.session()) != null)
                    .toList();
            keep(connection, ours, overfull -> {
                JdbcSession session = attached.get(overfull.session());
                return session == null ? Set.of() : Pump.known(session);
            });
            return connection;
        });
    }

    /** In the caller's transaction; counted at once, which a rollback makes too many and never too few. */
    void keep(Connection connection, List<Trimming.Overfull> all, Function<Trimming.Overfull, Set<Claim>> known)
            throws SQLException {
        for (Trimming.Overfull overfull : all) {
            int cut = Trimming.cut(connection, queues, overfull, known.apply(overfull), database);
            if (cut > 0) {
                (overfull.overflow() == OverflowPolicy.DEAD_LETTER ? counters.dead : counters.dropped).add(cut);
                JdbcSession its = attached.get(overfull.session());
                if (its != null) {
                    its.mailbox().lost(cut);
                }
                LOGGER.warn(
                        "the queue of session {} was full: {} messages are {}",
                        overfull.session(),
                        cut,
                        overfull.overflow() == OverflowPolicy.DEAD_LETTER ? "dead letters" : "dropped");
            }
        }
    }
}
