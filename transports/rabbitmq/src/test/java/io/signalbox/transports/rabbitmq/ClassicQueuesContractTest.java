package io.signalbox.transports.rabbitmq;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole contract with classic queues, on a real server. */
final class ClassicQueuesContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("rabbitmq, classic queues", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() {
        return new RabbitMqFixture(RabbitMqConfig.Queues.CLASSIC);
    }
}
