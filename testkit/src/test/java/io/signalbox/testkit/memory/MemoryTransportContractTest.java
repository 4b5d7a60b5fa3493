package io.signalbox.testkit.memory;

import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.time.Duration;

/** The contract can be kept: an honest transport passes all of it. */
class MemoryTransportContractTest extends TransportContract {
    @Override
    protected TransportFixture newFixture() {
        return new MemoryFixture(Quirks.NONE, Duration.ofSeconds(10));
    }
}
