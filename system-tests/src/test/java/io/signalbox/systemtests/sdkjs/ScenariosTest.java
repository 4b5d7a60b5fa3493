package io.signalbox.systemtests.sdkjs;

import io.signalbox.systemtests.process.ServerProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the SDK promises, over TCP and over WebSocket. */
class ScenariosTest {
    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "ws"})
    void everyScenarioPasses(String protocol) {
        try (ServerProcess server = ServerProcess.with().build()) {
            server.start();
            new SdkScript("scenarios.mjs").assertPasses(13, server.mqttPort(), server.httpPort(), protocol);
        }
    }
}
