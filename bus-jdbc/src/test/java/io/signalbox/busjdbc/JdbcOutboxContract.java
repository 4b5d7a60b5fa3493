package io.signalbox.busjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.remote.Outbox.Entry;
import io.signalbox.testkit.bus.OutboxContract;
import java.sql.Connection;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What an outbox in a database does beside what every outbox does. */
abstract class JdbcOutboxContract extends OutboxContract {
    @SuppressWarnings("NullAway.Init") // open
    private DataSource dataSource;

    @SuppressWarnings("NullAway.Init") // open
    private JdbcOutbox outbox;

    abstract DataSource emptyTables() throws Exception;

    @Override
    protected final JdbcOutbox open() throws Exception {
        dataSource = emptyTables();
        outbox = new JdbcOutbox(dataSource);
        return outbox;
    }

    private List<String> given() {
        return payloads(outbox.oldest(100, NOTHING));
    }

    private void within(Connection connection, String payload) {
        boolean added = Transaction.within(connection, () -> {
            outbox.add(message("shop", "k", payload));
            return true;
        });
        assertThat(added).isTrue();
    }

    @Test
    void whatIsAddedWithinATransactionIsThereIfThatCommits() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            within(connection, "rolled back");
            connection.rollback();
            within(connection, "committed");
            assertThat(given()).isEmpty();
            connection.commit();
            assertThat(given()).containsExactly("committed");
        }
    }

    @Test
    void theTransactionIsLeftToItsOwnerWhateverTheWorkThrows() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> Transaction.within(connection, () -> {
                        outbox.add(message("shop", "k", "one"));
                        throw new java.io.IOException("on purpose");
                    }))
                    .isInstanceOf(java.io.IOException.class);
            assertThat(connection.getAutoCommit()).isFalse();
            outbox.add(message("shop", "k", "outside"));
            assertThat(given()).containsExactly("outside");
            connection.rollback();
        }
    }

    @Test
    void oneOfSeveralProcessesSendsAndAnotherWhenItLeaves() {
        JdbcOutbox other = new JdbcOutbox(dataSource);
        outbox.add(message("shop", "k", "1"));
        assertThat(given()).containsExactly("1");
        assertThat(other.oldest(100, NOTHING)).isEmpty();
        other.add(message("shop", "k", "2"));
        assertThat(given()).as("whoever adds").containsExactly("1", "2");
        outbox.close();
        assertThat(payloads(other.oldest(100, NOTHING))).containsExactly("1", "2");
        assertThat(given()).isEmpty();
    }

    @Test
    void orWhenItIsSilent() throws Exception {
        JdbcOutbox other = new JdbcOutbox(dataSource);
        outbox.add(message("shop", "k", "1"));
        assertThat(given()).containsExactly("1");
        Databases.execute(dataSource, "UPDATE bus_outbox_sender SET until_millis = until_millis - 60001");
        assertThat(payloads(other.oldest(100, NOTHING))).containsExactly("1");
    }

    @Test
    void aLeaseThatSomebodyHasDeletedIsNoOtherProcess() throws Exception {
        outbox.add(message("shop", "k", "1"));
        Databases.execute(dataSource, "DELETE FROM bus_outbox_sender");
        assertThatThrownBy(this::given)
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("bus_outbox_sender has lost its row");
        BusTables.create(dataSource);
        assertThat(given()).containsExactly("1");
    }

    @Test
    void whatIsSetAsideCanBeLookedAtAndPutBackOrDiscarded() {
        for (String payload : List.of("1", "2", "3", "4")) {
            outbox.add(message("shop", "k", payload));
        }
        List<Entry> entries = outbox.oldest(100, NOTHING);
        outbox.setAside(entries.get(0), "not-authorized: not you");
        outbox.setAside(entries.get(2), "malformed:" + "x".repeat(5_000) + "\0");
        assertThat(outbox.setAside(10))
                .extracting(SetAside::number)
                .containsExactly(entries.get(0).number(), entries.get(2).number());
        assertThat(outbox.setAside(1))
                .containsExactly(new SetAside(entries.getFirst().number(), "shop", "k", "not-authorized: not you"));
        assertThat(outbox.putBack(entries.get(0).number())).isTrue();
        assertThat(outbox.putBack(entries.get(1).number())).isFalse();
        assertThat(given()).containsExactly("1", "2");
        assertThat(outbox.discard(entries.get(1).number())).isFalse();
        assertThat(outbox.discard(entries.get(2).number())).isTrue();
        assertThat(given()).containsExactly("1", "2", "4");
    }

    @Test
    void aRowThatSomebodyHasSpoiltIsSetAsideAndStopsNothingElse() throws Exception {
        outbox.add(message("shop", "k", "1"));
        outbox.add(message("shop", "k", "2"));
        outbox.add(message("shop", "other", "3"));
        Databases.execute(
                dataSource,
                "UPDATE bus_outbox SET fields = '[]' WHERE position = (SELECT MIN(position) FROM bus_outbox)");
        assertThat(given()).containsExactly("3");
        assertThat(outbox.setAside(10))
                .singleElement()
                .satisfies(aside -> assertThat(aside.reason()).startsWith("malformed"));
    }

    @Test
    void aDatabaseThatIsAwayIsAnErrorThatSaysSo() throws Exception {
        Databases.execute(dataSource, "ALTER TABLE bus_outbox RENAME TO elsewhere");
        try {
            assertThatThrownBy(() -> outbox.add(message("shop", null, "1")))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageStartingWith("the database could not take a message into the outbox");
            assertThatThrownBy(this::given).isInstanceOf(DatabaseException.class);
        } finally {
            Databases.execute(dataSource, "ALTER TABLE elsewhere RENAME TO bus_outbox");
        }
    }
}
