package io.signalbox.transports.jdbc;

import io.signalbox.transport.Admission;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Changes of subscriptions, with the past that they ask for: in one transaction that no publish runs beside. */
final class Subscribing {
    private final Database database;
    private final Worker worker;
    private final Admission admission;
    private final long owner;
    private final SessionRows rows;

    Subscribing(Database database, Worker worker, Admission admission, long owner, SessionRows rows) {
        this.database = database;
        this.worker = worker;
        this.admission = admission;
        this.owner = owner;
        this.rows = rows;
    }

    CompletionStage<List<@Nullable Refusal>> subscribe(JdbcSession session, List<FilterSpec> specs) {
        List<@Nullable Refusal> results = new ArrayList<>();
        List<FilterSpec> accepted = new ArrayList<>();
        for (FilterSpec spec : specs) {
            Refusal refusal = admission.refuse(spec);
            results.add(refusal);
            if (refusal == null) {
                accepted.add(spec);
            }
        }
        return worker.ask(
                connection -> {
                    demandOurs(connection, session);
                    database.dialect().closeGate(connection);
                    for (FilterSpec spec : accepted) {
                        rows.subscribe(connection, session.name(), spec);
                        Past.insert(connection, database, session.name(), spec);
                    }
                    accepted.forEach(session.filters()::put);
                    return results;
                },
                done -> session.askPump());
    }

    CompletionStage<List<Boolean>> unsubscribe(JdbcSession session, List<Target> targets) {
        return worker.ask(
                connection -> {
                    demandOurs(connection, session);
                    List<Boolean> was = new ArrayList<>();
                    for (Target target : targets) {
                        was.add(rows.unsubscribe(connection, session.name(), target));
                        session.filters().remove(target);
                    }
                    return was;
                },
                done -> {});
    }

    /** A session that was taken over must not change what its new owner has. */
    private void demandOurs(Connection connection, JdbcSession session) throws SQLException {
        if (!session.mailbox().attached() || !rows.isOurs(connection, session.name(), owner)) {
            throw Worker.closed();
        }
    }
}
