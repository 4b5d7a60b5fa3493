package io.signalbox.transports.jdbc;

import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;

class H2ContractTest extends TransportContract {
    @Override
    protected TransportFixture newFixture() {
        return new JdbcFixture("jdbc:h2:mem:tck" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
    }
}
