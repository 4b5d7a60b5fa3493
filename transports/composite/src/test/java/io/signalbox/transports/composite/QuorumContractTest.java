package io.signalbox.transports.composite;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transports.composite.strategy.Strategy;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of a transport, on embedded brokers with the strategy that the class is named after. */
class QuorumContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW =
            new CapabilityRow("composite of 3 brokers, quorum of 2", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() {
        return new CompositeFixture(new Strategy.Quorum(2), 3);
    }
}
