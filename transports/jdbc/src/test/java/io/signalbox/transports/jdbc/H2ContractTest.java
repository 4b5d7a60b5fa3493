package io.signalbox.transports.jdbc;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class H2ContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("jdbc, H2", Path.of("../../docs/transports.md"));

    @TempDir
    @SuppressWarnings("NullAway.Init") // before all
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // before all
    private static String url;

    @BeforeAll
    static void nameTheFile() {
        url = "jdbc:h2:file:" + folder.resolve("tck")
                + ";DB_CLOSE_DELAY=-1;DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
    }

    /** It stays open between the tests, and would keep its file open until the process ends. */
    @AfterAll
    static void shutDown() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "test", "");
                Statement end = connection.createStatement()) {
            end.execute("SHUTDOWN IMMEDIATELY");
        }
    }

    @Override
    protected TransportFixture newFixture() {
        return new JdbcFixture(url);
    }
}
