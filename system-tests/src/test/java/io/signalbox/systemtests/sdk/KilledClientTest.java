package io.signalbox.systemtests.sdk;

import static io.signalbox.systemtests.sdk.Sdk.PATIENCE;
import static io.signalbox.systemtests.sdk.Sdk.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.client.SignalboxClient;
import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.testing.Ports;
import io.signalbox.topic.TopicFilter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of an application with a full spool. */
class KilledClientTest {
    private static final int MESSAGES = 100_000;

    @TempDir
    private Path directory;

    /** @param killAt so many pending messages it kills itself; 0: it does not */
    private Child application(int port, int count, int killAt) {
        return Child.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        // Their warnings would come into the lines that are waited for.
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpoolingProcess.class.getName(),
                        Integer.toString(port),
                        directory.resolve("spool").toString(),
                        Integer.toString(count),
                        Integer.toString(killAt)),
                Map.of());
    }

    private static long published(ServerProcess server) {
        return server.http().get("/api/v1/stats").json().path("lastSequence").asLong();
    }

    @Test
    void whatWasSpooledBeforeAndWhileItDrainedArrivesOnceAndInOrder() {
        int port = Ports.reserve();
        try (ServerProcess server = Sdk.at(port)) {
            try (Child offline = application(port, MESSAGES, 0)) {
                assertThat(offline.awaitLine(line -> line.startsWith(SpoolingProcess.SPOOLED), PATIENCE))
                        .as("all are pending: there is no server; %s", offline.tail())
                        .isEqualTo(SpoolingProcess.SPOOLED + " " + MESSAGES);
                offline.kill();
            }
            server.start();
            // The next one is killed in the middle of draining, more than once.
            for (int killAt : new int[] {MESSAGES * 4 / 5, MESSAGES / 2}) {
                try (Child draining = application(port, 0, killAt)) {
                    assertThat(draining.awaitExit(PATIENCE)).as(draining.tail()).isEqualTo(128 + 9);
                }
                assertThat(published(server))
                        .as("killed before it was done")
                        .isGreaterThanOrEqualTo(MESSAGES - killAt)
                        .isLessThan(MESSAGES);
            }
            try (Child last = application(port, 0, 0)) {
                assertThat(last.awaitLine(SpoolingProcess.DRAINED::equals, PATIENCE))
                        .as(last.tail())
                        .isNotNull();
            }
            assertThat(payloads(server))
                    .isEqualTo(IntStream.range(0, MESSAGES)
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }

    private static List<String> payloads(ServerProcess server) {
        List<String> payloads = new ArrayList<>();
        try (SignalboxClient reader =
                Sdk.create(Sdk.mqtt(server.mqttPort()).api(URI.create("http://127.0.0.1:" + server.httpPort())))) {
            join(reader.past()
                    .replay(
                            TopicFilter.ofMqtt(SpoolingProcess.TOPIC),
                            "all",
                            0,
                            stored -> payloads.add(stored.message().payloadText())));
        }
        return payloads;
    }
}
