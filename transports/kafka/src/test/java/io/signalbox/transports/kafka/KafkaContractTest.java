package io.signalbox.transports.kafka;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole contract on a real server. */
final class KafkaContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("kafka, one partition", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() {
        return new KafkaFixture();
    }
}
