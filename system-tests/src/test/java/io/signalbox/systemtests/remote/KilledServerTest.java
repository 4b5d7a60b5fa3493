package io.signalbox.systemtests.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.testing.Ports;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.remote.RemoteConfig;
import io.signalbox.transports.remote.RemoteTransport;
import io.signalbox.transports.remote.RemoteWaits;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The other server dies in mid-stream (SIGKILL), and comes back with its data. */
final class KilledServerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int MESSAGES = 4_000;

    @Test
    void nothingThatWasAcknowledgedIsLostAndEachKeyKeepsItsOrder() throws Exception {
        int port = Ports.reserve();
        try (ServerProcess server = ServerProcess.with().set("mqtt.port", port).start();
                RemoteTransport publisher = open(port, "publisher");
                RemoteTransport receiver = open(port, "receiver");
                TestClient subscriber = TestClient.open(
                                receiver, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                        .subscribe("faults/#")) {
            Numbers numbers = Numbers.publish(publisher, MESSAGES, PATIENCE);
            for (int kill = 1; kill <= 3; kill++) {
                numbers.awaitAnswers(MESSAGES * kill / 5);
                server.kill();
                server.start();
            }
            int duplicates = numbers.awaitDelivered(subscriber, true);
            System.out.println("remote server killed 3 times: " + MESSAGES + " acknowledged, none lost, " + duplicates
                    + " came twice");
            assertThat(subscriber.received().payloads().stream().distinct()).hasSize(MESSAGES);
        }
    }

    private static RemoteTransport open(int port, String clientId) {
        return RemoteTransport.open(
                RemoteConfig.of(URI.create("mqtt://127.0.0.1:" + port), clientId)
                        .withWaits(new RemoteWaits(Duration.ofSeconds(20), Duration.ofSeconds(5), PATIENCE, PATIENCE)),
                TimeSource.monotonic());
    }
}
