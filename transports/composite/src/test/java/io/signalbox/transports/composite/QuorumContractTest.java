package io.signalbox.transports.composite;

import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transports.composite.strategy.Strategy;

/** The contract of a transport, on embedded brokers with the strategy that the class is named after. */
class QuorumContractTest extends TransportContract {
    @Override
    protected TransportFixture newFixture() {
        return new CompositeFixture(new Strategy.Quorum(2), 3);
    }
}
