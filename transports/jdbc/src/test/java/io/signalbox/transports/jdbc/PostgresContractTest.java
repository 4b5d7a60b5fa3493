package io.signalbox.transports.jdbc;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("jdbc, PostgreSQL", Path.of("../../docs/transports.md"));

    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    @Override
    protected TransportFixture newFixture() {
        return new JdbcFixture(server.url());
    }
}
