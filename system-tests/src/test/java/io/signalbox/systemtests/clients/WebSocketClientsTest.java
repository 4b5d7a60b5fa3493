package io.signalbox.systemtests.clients;

import io.signalbox.systemtests.process.ServerProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same scenarios of the same clients, over WebSocket at the port of HTTP. */
class WebSocketClientsTest {
    @ParameterizedTest
    @EnumSource
    void everyScenarioPasses(ScriptedClients clients) {
        try (ServerProcess server = ServerProcess.with().build()) {
            server.start();
            clients.run(server.httpPort(), "/mqtt");
        }
    }
}
