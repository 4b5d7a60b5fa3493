package io.signalbox.transports.rabbitmq;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole contract with quorum queues, on a real server. */
final class QuorumQueuesContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("rabbitmq, quorum queues", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() {
        return new RabbitMqFixture(RabbitMqConfig.Queues.QUORUM);
    }
}
