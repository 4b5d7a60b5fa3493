package io.signalbox.busjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresInboxTest extends JdbcInboxContract {
    @SuppressWarnings("NullAway.Init") // before all
    private static Databases databases;

    @BeforeAll
    static void start() throws Exception {
        databases = new Databases();
    }

    @AfterAll
    static void stop() throws Exception {
        databases.close();
    }

    @Override
    DataSource emptyTables() throws Exception {
        return databases.postgres();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSecondOfTwoTransactionsWaitsAndIsToldWhatBecameOfTheFirst(boolean committed) throws Exception {
        DataSource postgres = databases.postgres();
        JdbcInbox inbox = new JdbcInbox(postgres, Duration.ofDays(7));
        try (Connection first = postgres.getConnection();
                Connection second = postgres.getConnection();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            assertThat(inbox.first(first, "parcels", "id-1")).isTrue();
            Future<Boolean> seconds = executor.submit(() -> inbox.first(second, "parcels", "id-1"));
            await().until(() -> oneWaits(postgres));
            assertThat(seconds).isNotDone();
            if (committed) {
                first.commit();
            } else {
                first.rollback();
            }
            assertThat(seconds.get()).isEqualTo(!committed);
            second.commit();
        }
    }

    private static boolean oneWaits(DataSource postgres) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement look = connection.prepareStatement(
                        "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'");
                ResultSet row = look.executeQuery()) {
            return row.next();
        }
    }
}
