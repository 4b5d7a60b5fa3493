package io.signalbox.systemtests.sdkjs;

import io.signalbox.systemtests.process.ServerProcess;
import org.junit.jupiter.api.Test;

/** The SDK's spool on disk; with {@code -Dsignalbox.long=true} 100,000 messages, and the script says how quickly. */
class SpoolTest {
    @Test
    void whatWasSpooledOfflineIsDrainedOnceAndInOrderThroughKilledProcesses() {
        int count = Boolean.getBoolean("signalbox.long") ? 100_000 : 10_000;
        try (ServerProcess server =
                ServerProcess.with().set("mqtt.queue-messages-max", 200_000).build()) {
            server.start();
            new SdkScript("spool.mjs").assertPasses(1, server.mqttPort(), count).forEach(System.out::println);
        }
    }
}
