package io.signalbox.broker.embedded;

import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;

/** The contract of a transport, on the embedded broker with every capability. */
class EmbeddedBrokerContractTest extends TransportContract {
    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }
}
