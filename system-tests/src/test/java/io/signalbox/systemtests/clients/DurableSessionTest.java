package io.signalbox.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What outlives the server's process, seen by mosquitto_pub and mosquitto_sub. */
class DurableSessionTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesOfAnAbsentSubscriberOutliveTheServer(boolean killed) {
        try (ServerProcess server = ServerProcess.started()) {
            Mosquitto before = new Mosquitto(server.mqttPort());
            before.subToTheEnd("-c", "-i", "a", "-q", "1", "-t", "market/#", "-E");
            before.pub("-q", "1", "-t", "market/eurusd", "-m", "1.0842");
            before.pub("-q", "1", "-r", "-t", "market/gbpusd", "-m", "1.2701");
            end(server, killed);

            server.start();
            Mosquitto after = new Mosquitto(server.mqttPort());
            after.pub("-q", "1", "-t", "market/usdjpy", "-m", "151.2");
            assertThat(after.subToTheEnd("-c", "-i", "a", "-q", "1", "-t", "other", "-C", "3", "-v"))
                    .containsExactly("market/eurusd 1.0842", "market/gbpusd 1.2701", "market/usdjpy 151.2");
            assertThat(after.subToTheEnd("-t", "market/#", "-C", "1", "-F", "%t %r %p"))
                    .containsExactly("market/gbpusd 1 1.2701");
        }
    }

    private static void end(ServerProcess server, boolean killed) {
        if (killed) {
            server.kill();
        } else {
            assertThat(server.stop()).as(server.tail()).isZero();
        }
    }

    @Test
    void aSecondServerOnTheSameFolderIsRefused() {
        try (ServerProcess server = ServerProcess.started();
                ServerProcess second = ServerProcess.with().data(server.data()).build()) {
            second.launch();
            assertThat(second.awaitExit()).as(second.tail()).isNotZero();
            assertThat(second.tail()).contains(server.data().toString());
            new Mosquitto(server.mqttPort()).pub("-q", "1", "-t", "still/here", "-m", "yes");
        }
    }
}
