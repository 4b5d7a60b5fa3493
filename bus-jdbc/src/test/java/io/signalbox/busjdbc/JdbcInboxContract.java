package io.signalbox.busjdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.bus.InboxContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What an inbox in a database does beside what every inbox does. */
abstract class JdbcInboxContract extends InboxContract {
    @SuppressWarnings("NullAway.Init") // open
    private DataSource dataSource;

    @SuppressWarnings("NullAway.Init") // open
    private JdbcInbox inbox;

    abstract DataSource emptyTables() throws Exception;

    @Override
    protected final JdbcInbox open() throws Exception {
        dataSource = emptyTables();
        inbox = new JdbcInbox(dataSource, Duration.ofDays(7));
        return inbox;
    }

    private boolean first(String id, boolean commit) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            boolean first = inbox.first(connection, "billing", id);
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
            return first;
        }
    }

    @Test
    void aHandlerNotesItInItsOwnTransactionAndTheBusAgainAfterwards() throws Exception {
        assertThat(first("id-1", false)).isTrue();
        assertThat(inbox.isHandled("billing", "id-1"))
                .as("what was rolled back was not handled")
                .isFalse();
        assertThat(first("id-1", true)).isTrue();
        assertThat(first("id-1", true)).isFalse();
        inbox.handled("billing", "id-1");
        assertThat(inbox.isHandled("billing", "id-1")).isTrue();
    }

    @Test
    void whatIsOlderThanAnythingThatMayComeAgainIsForgottenByAndBy() throws Exception {
        inbox.handled("billing", "old");
        inbox.handled("shipping", "old");
        inbox.handled("billing", "young");
        long eightDays = Duration.ofDays(8).toMillis();
        Databases.execute(
                dataSource,
                "UPDATE bus_inbox SET handled_millis = handled_millis - " + eightDays + " WHERE message_id = 'old'");
        for (int i = 0; i < 1_000; i++) {
            inbox.handled("billing", "id-" + i);
        }
        assertThat(inbox.isHandled("billing", "old")).isFalse();
        assertThat(inbox.isHandled("billing", "young")).isTrue();
        assertThat(inbox.isHandled("billing", "id-0")).isTrue();
        assertThat(inbox.isHandled("shipping", "old")).isTrue();
    }
}
