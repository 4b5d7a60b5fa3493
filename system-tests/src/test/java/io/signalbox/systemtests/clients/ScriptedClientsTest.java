package io.signalbox.systemtests.clients;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.Brokers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of other languages, with scenarios as their users write them. */
class ScriptedClientsTest {
    private static BrokerProcess broker;

    @BeforeAll
    static void start() {
        broker = Brokers.started();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyScenarioPasses(ScriptedClients clients) {
        clients.run(broker.mqttPort());
    }
}
