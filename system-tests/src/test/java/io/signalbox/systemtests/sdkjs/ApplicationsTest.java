package io.signalbox.systemtests.sdkjs;

import io.signalbox.systemtests.process.ServerProcess;
import org.junit.jupiter.api.Test;

/** Applications on one bus: presence, publish, send, the past, and the grace of who is lost. */
class ApplicationsTest {
    @Test
    void everyExampleOfTheInterApplicationBusRuns() {
        try (ServerProcess server = ServerProcess.with().build()) {
            server.start();
            new SdkScript("applications.mjs").assertPasses(15, server.httpPort());
        }
    }
}
