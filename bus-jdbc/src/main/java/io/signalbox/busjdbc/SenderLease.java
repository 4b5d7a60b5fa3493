package io.signalbox.busjdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/**
 * Which of several processes sends from the outbox: one, so that an ordering key has one sender. Whoever stops without
 * saying so is followed when his time is up. For one thread at a time.
 */
final class SenderLease {
    /** Longer than a relay waits for an answer. */
    static final Duration LENGTH = Duration.ofMinutes(1);

    private static final String TAKE =
            "UPDATE bus_outbox_sender SET owner = ?, until_millis = " + Connections.NOW_MILLIS
                    + " + ? WHERE id = 1 AND (owner = ? OR until_millis < " + Connections.NOW_MILLIS + ")";

    private final String owner = UUID.randomUUID().toString();
    private boolean held;
    private long renewedNanos;

    /**
     * Taken, or renewed when a third of it is over.
     *
     * @throws SQLException also if the row is not there
     */
    boolean isHeld(Connection connection) throws SQLException {
        long now = System.nanoTime();
        if (held && now - renewedNanos < LENGTH.toNanos() / 3) {
            return true;
        }
        try (PreparedStatement take = connection.prepareStatement(TAKE)) {
            take.setString(1, owner);
            take.setLong(2, LENGTH.toMillis());
            take.setString(3, owner);
            held = take.executeUpdate() == 1;
        }
        renewedNanos = now;
        if (!held) {
            demandRow(connection);
        }
        return held;
    }

    /** Without it each process would take another for the sender, and nothing would ever be sent. */
    private static void demandRow(Connection connection) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement("SELECT 1 FROM bus_outbox_sender WHERE id = 1");
                ResultSet row = look.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("bus_outbox_sender has lost its row, and nothing is sent without it;"
                        + " BusTables.create(...) makes it again");
            }
        }
    }

    void give(Connection connection) throws SQLException {
        held = false;
        try (PreparedStatement give =
                connection.prepareStatement("UPDATE bus_outbox_sender SET until_millis = 0 WHERE owner = ?")) {
            give.setString(1, owner);
            give.executeUpdate();
        }
    }
}
