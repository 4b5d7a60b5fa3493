package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.time.TimeSource;
import io.signalbox.transports.connection.Breaker;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aConnectionWhoseFirstTransactionIsRolledBackIsSetUpLikeAnyOther() throws Exception {
        JdbcConfig config = JdbcConfig.of(PostgresServer.shared().url())
                .withUser("test", "")
                .withSchema("database_test");
        try (Database database =
                new Database(config, new Breaker("test", TimeSource.monotonic()), ServerClock.OF_THE_DATABASE)) {
            // The outer transaction holds the connection that is there, so the next one is new.
            database.transaction(outer -> {
                assertThatThrownBy(() -> database.transaction(fresh -> ask(fresh, "SELECT 1 / 0")))
                        .isInstanceOf(SQLException.class);
                String id = database.transaction(again -> ask(again, "SELECT id FROM sb_gate"));
                assertThat(id).isEqualTo("1");
                String plans = database.transaction(again -> ask(again, "SHOW plan_cache_mode"));
                assertThat(plans).isEqualTo("force_custom_plan");
                return true;
            });
        }
    }
}
