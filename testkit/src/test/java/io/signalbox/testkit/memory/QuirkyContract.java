package io.signalbox.testkit.memory;

import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.time.Duration;

/** Run by {@link ContractNoticesTest} with one fault at a time; not a test of its own. */
final class QuirkyContract extends TransportContract {
    static volatile Quirks quirk = Quirks.NONE;
    static volatile Duration patience = Duration.ofSeconds(10);

    @Override
    protected TransportFixture newFixture() {
        return new MemoryFixture(quirk, patience);
    }
}
