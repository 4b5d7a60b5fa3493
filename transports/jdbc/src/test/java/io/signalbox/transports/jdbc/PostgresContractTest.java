package io.signalbox.transports.jdbc;

import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresContractTest extends TransportContract {
    @SuppressWarnings("NullAway.Init") // before all
    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Override
    protected TransportFixture newFixture() {
        return new JdbcFixture(server.url());
    }
}
