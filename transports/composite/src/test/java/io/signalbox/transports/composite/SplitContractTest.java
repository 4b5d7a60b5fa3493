package io.signalbox.transports.composite;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transports.composite.strategy.SplitBy;
import io.signalbox.transports.composite.strategy.Strategy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The contract of a transport, on embedded brokers with a split that sends what has no addressee one way: the contract
 * orders messages of different topics, which a split by key does not.
 */
class SplitContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW =
            new CapabilityRow("composite of 3 brokers, split", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() {
        return new CompositeFixture(
                new Strategy.Split(new SplitBy.Addressee(Map.of("you", "m1", "them", "m2"), "m0")), 3);
    }
}
