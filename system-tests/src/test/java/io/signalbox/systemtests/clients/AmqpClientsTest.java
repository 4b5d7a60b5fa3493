package io.signalbox.systemtests.clients;

import io.signalbox.systemtests.process.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of AMQP 1.0 in other languages, with scenarios as their users write them. */
class AmqpClientsTest {
    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.with()
                .set("amqp.enabled", "true")
                .set("amqp.port", "0")
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyScenarioPasses(AmqpClients clients) {
        clients.scenarios(server.amqpPort());
    }

    @Test
    void everyScenarioPassesThroughAWebSocket() {
        AmqpClients.RHEA_FOR_NODE.scenariosOverWebSocket("ws://127.0.0.1:" + server.httpPort() + "/amqp");
    }

    @Test
    void whatOneSaysOfItsMessageTheOtherHears() {
        AmqpClients.QPID_PROTON_FOR_PYTHON.send(server.amqpPort());
        AmqpClients.RHEA_FOR_NODE.check(server.amqpPort());
        AmqpClients.RHEA_FOR_NODE.send(server.amqpPort());
        AmqpClients.QPID_PROTON_FOR_PYTHON.check(server.amqpPort());
    }
}
