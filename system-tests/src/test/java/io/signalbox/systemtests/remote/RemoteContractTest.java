package io.signalbox.systemtests.remote;

import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole contract over a server's sockets. */
final class RemoteContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("remote", Path.of("../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() throws Exception {
        return new RemoteFixture();
    }
}
