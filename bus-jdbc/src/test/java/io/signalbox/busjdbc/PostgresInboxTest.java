package io.signalbox.busjdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

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
}
