package io.signalbox.busjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.testkit.bus.InboxContract;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What an inbox in a database does beside what every inbox does. */
abstract class JdbcInboxContract extends InboxContract {
    @SuppressWarnings("NullAway.Init") // open
    private DataSource dataSource;

    @SuppressWarnings("NullAway.Init") // open
    private JdbcInbox inbox;

    private final AtomicLong nanos = new AtomicLong();

    abstract DataSource emptyTables() throws Exception;

    @Override
    protected final JdbcInbox open() throws Exception {
        dataSource = emptyTables();
        inbox = opened();
        return inbox;
    }

    private JdbcInbox opened() {
        return new JdbcInbox(dataSource, Duration.ofDays(7), nanos::get, Runnable::run);
    }

    private boolean first(String handler, String id, boolean commit) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            boolean first = inbox.first(connection, handler, id);
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
            return first;
        }
    }

    @Test
    void aHandlerNotesItInItsOwnTransaction() throws Exception {
        assertThat(first("parcels", "id-1", false)).isTrue();
        assertThat(first("parcels", "id-1", true))
                .as("what was rolled back was not done")
                .isTrue();
        assertThat(first("parcels", "id-1", true)).isFalse();
        assertThat(first("invoices", "id-1", true)).as("each for itself").isTrue();
    }

    @Test
    void whatOneHandlerHasDoneTheBusHasNotHandled() throws Exception {
        assertThat(first("billing", "id-1", true)).isTrue();
        assertThat(inbox.isHandled("billing", "id-1")).isFalse();
        inbox.handled("billing", "id-2");
        assertThat(first("billing", "id-2", true)).isTrue();
    }

    /** Whoever is failed by the database, as by H2, tries again, as a bus does. */
    @Test
    void ofManyWhoDoItAtOnceOneDoes() throws Exception {
        int threads = 4;
        int messages = 25;
        CyclicBarrier together = new CyclicBarrier(threads);
        AtomicIntegerArray done = new AtomicIntegerArray(messages);
        Callable<Boolean> all = () -> {
            for (int i = 0; i < messages; i++) {
                together.await();
                if (triedUntilTold("id-" + i)) {
                    done.incrementAndGet(i);
                }
            }
            return true;
        };
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : executor.invokeAll(Collections.nCopies(threads, all))) {
                assertThat(each.get()).isTrue();
            }
        }
        assertThat(IntStream.range(0, messages).map(done::get)).containsOnly(1);
    }

    private boolean triedUntilTold(String id) throws SQLException {
        SQLException last = null;
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                return first("parcels", id, true);
            } catch (SQLException slower) {
                last = slower;
            }
        }
        throw Objects.requireNonNull(last);
    }

    private void noteOldOnes() throws SQLException {
        inbox.handled("billing", "old");
        inbox.handled("shipping", "old");
        first("parcels", "old", true);
        inbox.handled("billing", "young");
        Databases.execute(
                dataSource,
                "UPDATE bus_inbox SET handled_millis = handled_millis - "
                        + Duration.ofDays(8).toMillis() + " WHERE message_id = 'old'");
    }

    private long old() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement look =
                        connection.prepareStatement("SELECT COUNT(*) FROM bus_inbox WHERE message_id = 'old'");
                ResultSet row = look.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void whatIsOlderThanAnythingThatMayComeAgainIsForgottenEachHour() throws Exception {
        inbox.handled("billing", "id-1");
        noteOldOnes();
        nanos.addAndGet(Duration.ofMinutes(59).toNanos());
        inbox.handled("billing", "id-2");
        assertThat(old()).isEqualTo(3);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        inbox.handled("other", "id-3");
        assertThat(old()).as("whoever noted it").isZero();
        assertThat(inbox.isHandled("billing", "young")).isTrue();
        assertThat(inbox.isHandled("other", "id-3")).isTrue();
    }

    @Test
    void andWhenAProcessBeginsAlsoIfHandlersAloneNoteWhatTheyDo() throws Exception {
        noteOldOnes();
        inbox = opened();
        assertThat(first("parcels", "id-1", true)).isTrue();
        assertThat(old()).isZero();
        assertThat(first("parcels", "id-1", true)).isFalse();
    }

    @Test
    void anInboxThatKeepsNothingIsRefused() {
        assertThatThrownBy(() -> new JdbcInbox(dataSource, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
