package io.signalbox.systemtests.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.remote.Numbers;
import io.signalbox.testing.Ports;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.remote.RemoteConfig;
import io.signalbox.transports.remote.RemoteTransport;
import io.signalbox.transports.remote.RemoteWaits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose bridge brings what its own broker gets to another server, by URL, in YAML; the other one is killed. */
class BrokerToRemoteTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int MESSAGES = 1_500;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatTheLocalBrokerGetsIsAtTheOtherServerAlthoughThatIsKilled() throws Exception {
        int port = Ports.reserve();
        Path config = config(port);
        try (ServerProcess far =
                ServerProcess.with().set("mqtt.port", port).set("http.port", 0).start()) {
            assertExplained(config, port);
            try (ServerProcess near = ServerProcess.with().config(config).start();
                    RemoteTransport there = open(port);
                    TestClient reader = TestClient.open(
                                    there, SessionOptions.durableSession("reader"), SettleBehaviour.ACCEPT, PATIENCE)
                            .subscribe("imported/faults/#");
                    RemoteTransport here = open(near.mqttPort())) {
                awaitBridge(near);
                Numbers numbers = Numbers.publish(here, MESSAGES, PATIENCE);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> reader.received().deliveries().size() > MESSAGES / 10);
                far.kill();
                numbers.awaitAnswers(MESSAGES / 2);
                far.start();
                int twice = numbers.awaitDelivered(reader, false);
                System.out.println("bridge to a remote server that was killed: " + MESSAGES + " crossed, " + twice
                        + " of them twice");
                awaitBridge(near);
            }
        }
    }

    private Path config(int port) throws IOException {
        return Files.writeString(folder.resolve("bridge.yaml"), """
                transports:
                  far: {type: remote, url: "mqtt://127.0.0.1:%d", client-id: near}
                messages:
                  - {type: Number, topics: imported/#, transport: far, needs: [synced, ordered]}
                bridges:
                  - name: numbers
                    from: broker
                    to: far
                    filters: [faults/#]
                    topic-prefix: imported/
                """.formatted(port));
    }

    private static void assertExplained(Path config, int port) {
        try (Command probe = new Command(config, "probe", "--timeout", "20000");
                Command plan = new Command(config, "explain", "--timeout", "20000");
                Command number = new Command(config, "explain", "Number", "--timeout", "20000");
                Command past = new Command(config, "explain", "imported/1", "--needs", "replay")) {
            assertThat(probe.lines(0))
                    .anyMatch(
                            line -> line.matches("far +remote +127\\.0\\.0\\.1:" + port + " +yes +\\d+ +Signalbox.*"));
            assertThat(plan.lines(0)).containsExactly("Number (imported/#) -> far: synced, ordered");
            assertThat(number.lines(0))
                    .anyMatch(line -> line.startsWith("durability  SYNCED: acknowledged (PUBACK)"))
                    .contains("needs       synced: given");
            assertThat(past.lines(1)).contains("needs       replay: NOT GIVEN: it has no REPLAY");
        }
    }

    private static void awaitBridge(ServerProcess near) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> near.http().get("/health/transports").status() == 200);
    }

    private static RemoteTransport open(int port) {
        return RemoteTransport.open(
                RemoteConfig.of(URI.create("mqtt://127.0.0.1:" + port), "test-" + port)
                        .withWaits(new RemoteWaits(Duration.ofSeconds(20), Duration.ofSeconds(5), PATIENCE, PATIENCE)),
                TimeSource.monotonic());
    }
}
