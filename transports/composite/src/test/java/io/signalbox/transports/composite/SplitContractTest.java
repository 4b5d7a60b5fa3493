package io.signalbox.transports.composite;

import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transports.composite.strategy.SplitBy;
import io.signalbox.transports.composite.strategy.Strategy;
import java.util.Map;

/**
 * The contract of a transport, on embedded brokers with a split that sends what has no addressee one way: the contract
 * orders messages of different topics, which a split by key does not.
 */
class SplitContractTest extends TransportContract {
    @Override
    protected TransportFixture newFixture() {
        return new CompositeFixture(
                new Strategy.Split(new SplitBy.Addressee(Map.of("you", "m1", "them", "m2"), "m0")), 3);
    }
}
