package io.signalbox.transports.jdbc;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

class H2ContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("jdbc, H2", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() {
        return new JdbcFixture("jdbc:h2:mem:tck" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
    }
}
