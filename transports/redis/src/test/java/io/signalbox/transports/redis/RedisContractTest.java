package io.signalbox.transports.redis;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole contract, on a real server that writes to its disk before it answers. */
final class RedisContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW =
            new CapabilityRow("redis, appendfsync always", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() {
        return new RedisFixture();
    }
}
