package io.signalbox.transports.jdbc;

import io.signalbox.transports.jdbc.DeadLetterRows.Dying;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a session's subscriber has settled and the database has not heard yet. Thread safe. */
final class Settlements {
    private List<Claim> done = new ArrayList<>();
    private List<Dying> dying = new ArrayList<>();

    synchronized void done(Claim claim) {
        done.add(claim);
    }

    synchronized void dead(Dying letter) {
        dying.add(letter);
    }

    synchronized boolean isEmpty() {
        return done.isEmpty() && dying.isEmpty();
    }

    /** Everything that is still to be written. */
    synchronized Set<Claim> claims() {
        Set<Claim> claims = new HashSet<>(done);
        dying.forEach(letter -> claims.add(letter.claim()));
        return claims;
    }

    /** Taken out to be written; given back if that fails. */
    synchronized Settled take() {
        Settled taken = new Settled(done, dying);
        done = new ArrayList<>();
        dying = new ArrayList<>();
        return taken;
    }

    synchronized void giveBack(Settled settled) {
        done.addAll(0, settled.done());
        dying.addAll(0, settled.dying());
    }

    record Settled(List<Claim> done, List<Dying> dying) {
        /** A settlement that a power cut loses is a message that comes again; only the dead letters must be on disk. */
        boolean needsDisk() {
            return !dying.isEmpty() || done.isEmpty();
        }

        void write(Connection connection, QueueRows queues, Database database) throws SQLException {
            if (!dying.isEmpty()) {
                DeadLetterRows.add(connection, dying, database);
                queues.delete(connection, dying.stream().map(Dying::claim).toList());
            }
            if (!done.isEmpty()) {
                queues.delete(connection, done);
            }
        }
    }
}
