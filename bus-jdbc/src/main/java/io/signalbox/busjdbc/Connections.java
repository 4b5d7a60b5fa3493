package io.signalbox.busjdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections of a pool's for work of one's own, each statement of which commits by itself. */
final class Connections {
    /** The time of the database, epoch milliseconds: all processes have the same. */
    static final String NOW_MILLIS = "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";

    private Connections() {}

    interface Task {
        void run(Connection connection) throws SQLException;
    }

    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private interface Ending extends AutoCloseable {
        @Override
        void close() throws SQLException;
    }

    /** @param what it is for: "the database could not ..." */
    static void run(DataSource dataSource, String what, Task task) {
        ask(dataSource, what, connection -> {
            task.run(connection);
            return true;
        });
    }

    /** @param what it is for: "the database could not ..." */
    static <T> T ask(DataSource dataSource, String what, Question<T> question) {
        try (Connection connection = dataSource.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(true);
            // A resource, not a finally: what is said on a connection that broke must not hide why it did.
            try (Ending _ = () -> connection.setAutoCommit(before)) {
                return question.ask(connection);
            }
        } catch (SQLException broken) {
            throw new DatabaseException(what, broken);
        }
    }
}
