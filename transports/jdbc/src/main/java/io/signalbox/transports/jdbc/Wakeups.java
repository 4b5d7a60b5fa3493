package io.signalbox.transports.jdbc;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGNotification;
import org.postgresql.jdbc.PgConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other nodes say over PostgreSQL's LISTEN/NOTIFY, on a channel that has the schema's name: {@code new <owner>} for
 * new messages, {@code takeover <owner> <session>} when a session is opened elsewhere; anything else, which anybody may
 * send, makes it look at everything. One thread with a connection of its own; when that breaks it opens another. H2 has
 * no such thing: there the queues are polled.
 */
final class Wakeups {
    private static final Logger LOGGER = LoggerFactory.getLogger(Wakeups.class);
    private static final String NEWS = "new ";
    private static final Pattern TAKEOVER = Pattern.compile("takeover ([0-9]{1,19}) (.*)", Pattern.DOTALL);

    /** PostgreSQL takes 8,000 bytes; who hears nothing finds out within a second. */
    private static final int TEXT_MAX = 2_000;

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
    private volatile @Nullable PgConnection listening;

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

    /** What others hear of it: the channel, and what is said. For a statement that does something else as well. */
    static void putNews(PreparedStatement notify, Database database, long owner) throws SQLException {
        if (database.dialect() == Dialect.POSTGRESQL) {
            notify.setString(1, database.schema());
            notify.setString(2, NEWS + owner);
        }
    }

    /** With the transaction's commit, the other nodes hear that there is something new. */
    static void tellNews(Connection connection, Database database, long owner) throws SQLException {
        tell(connection, database, NEWS + owner);
    }

    static void tellTakeover(Connection connection, Database database, long owner, String session) throws SQLException {
        tell(connection, database, "takeover " + owner + " " + session);
    }

    private static void tell(Connection connection, Database database, String text) throws SQLException {
        if (database.dialect() == Dialect.POSTGRESQL && text.length() <= TEXT_MAX) {
            try (PreparedStatement notify = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
                notify.setString(1, database.schema());
                notify.setString(2, text);
                notify.executeQuery().close();
            }
        }
    }

    private void run() {
        while (!stopped) {
            try (Connection connection = database.connection()) {
                connection.setAutoCommit(true);
                try (Statement listen = connection.createStatement()) {
                    listen.execute("LISTEN \"" + database.schema() + '"');
                }
                listener.somethingNew(); // whatever was missed meanwhile
                listening = connection.unwrap(PgConnection.class);
                listen(listening);
            } catch (SQLException | RuntimeException e) {
                if (!stopped) {
                    LOGGER.debug("listening broke off and begins anew", e);
                    LockSupport.parkNanos(200_000_000);
                }
            }
        }
    }

    private void listen(PgConnection connection) throws SQLException {
        while (!stopped) {
            boolean something = false;
            for (PGNotification heard : connection.getNotifications(WAIT_MILLIS)) {
                String text = heard.getParameter();
                Matcher takeover = TAKEOVER.matcher(text);
                if (takeover.matches()) {
                    listener.takenOver(new BigInteger(takeover.group(1)).longValue(), takeover.group(2));
                } else {
                    something |= !text.equals(NEWS + owner);
                }
            }
            if (something) {
                listener.somethingNew();
            }
        }
    }

    /** Does not wait for the next time that nothing was heard. */
    void stop() {
        stopped = true;
        PgConnection now = listening;
        if (now != null) {
            try {
                now.close();
            } catch (SQLException e) {
                LOGGER.debug("the listening connection ends by itself", e);
            }
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
