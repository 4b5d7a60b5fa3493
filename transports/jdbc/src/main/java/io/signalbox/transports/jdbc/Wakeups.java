package io.signalbox.transports.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other nodes say over PostgreSQL's LISTEN/NOTIFY: {@code new <owner>} for new messages (anything else from {@code
 * sb_publish}), {@code takeover <owner> <session>} when a session is opened elsewhere. One thread with a connection of its own; when that breaks it opens
 * another, and looks at everything. H2 has no such thing: there the queues are polled.
 */
final class Wakeups {
    private static final Logger LOGGER = LoggerFactory.getLogger(Wakeups.class);
    private static final String CHANNEL = "signalbox";
    private static final String NEWS = "new ";
    private static final int WAIT_MILLIS = 100;

    /** Hears of them, on the listening thread. */
    interface Listener {
        void somethingNew();

        void takenOver(long owner, String session);
    }

    private final Database database;
    private final long owner;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean stopped;

    Wakeups(Database database, long owner, Listener listener) {
        this.database = database;
        this.owner = owner;
        this.listener = listener;
        thread = Thread.ofPlatform().daemon().name("jdbc-listener").unstarted(this::run);
    }

    void start() {
        if (database.dialect() == Dialect.POSTGRESQL) {
            thread.start();
        }
    }

    /** With the transaction's commit, the other nodes hear that there is something new. */
    static void tellNews(Connection connection, Dialect dialect, long owner) throws SQLException {
        tell(connection, dialect, NEWS + owner);
    }

    static void tellTakeover(Connection connection, Dialect dialect, long owner, String session) throws SQLException {
        tell(connection, dialect, "takeover " + owner + " " + session);
    }

    private static void tell(Connection connection, Dialect dialect, String text) throws SQLException {
        if (dialect == Dialect.POSTGRESQL) {
            try (PreparedStatement notify = connection.prepareStatement("SELECT pg_notify('" + CHANNEL + "', ?)")) {
                notify.setString(1, text);
                notify.executeQuery().close();
            }
        }
    }

    private void run() {
        while (!stopped) {
            try (Connection connection = database.connection()) {
                connection.setAutoCommit(true);
                try (Statement listen = connection.createStatement()) {
                    listen.execute("LISTEN " + CHANNEL);
                }
                listener.somethingNew(); // whatever was missed meanwhile
                listen(connection.unwrap(PGConnection.class));
            } catch (SQLException e) {
                if (!stopped) {
                    LOGGER.debug("listening broke off and begins anew", e);
                    LockSupport.parkNanos(200_000_000);
                }
            }
        }
    }

    private void listen(PGConnection connection) throws SQLException {
        while (!stopped) {
            boolean something = false;
            for (PGNotification heard : connection.getNotifications(WAIT_MILLIS)) {
                String text = heard.getParameter();
                if (text.startsWith("takeover ")) {
                    String[] parts = text.split(" ", 3);
                    listener.takenOver(Long.parseLong(parts[1]), parts[2]);
                } else {
                    something |= !text.equals(NEWS + owner);
                }
            }
            if (something) {
                listener.somethingNew();
            }
        }
    }

    void stop() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
