package io.signalbox.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** HTTP as scripts use it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CurlTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder = Path.of("");

    private final ServerProcess server = ServerProcess.with().build();

    @BeforeAll
    void start() {
        server.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Child curl(String path, String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-N"));
        command.addAll(List.of(arguments));
        command.add("http://127.0.0.1:" + server.httpPort() + path);
        return Child.start(command, Map.of());
    }

    private List<String> ask(String path, String... arguments) {
        try (Child curl = curl(path, arguments)) {
            assertThat(curl.awaitExit(PATIENCE)).as(curl.tail()).isZero();
            return curl.lines();
        }
    }

    private void publish(String topic, int from, int to) throws Exception {
        StringBuilder batch = new StringBuilder();
        for (int i = from; i < to; i++) {
            batch.append("{\"topic\":\"")
                    .append(topic)
                    .append("\",\"payload\":\"")
                    .append(i)
                    .append("\"}\n");
        }
        Path file = Files.writeString(folder.resolve("batch"), batch);
        assertThat(ask(
                        "/api/v1/publish/batch",
                        "-H",
                        "Content-Type: application/x-ndjson",
                        "--data-binary",
                        "@" + file))
                .hasSize(to - from)
                .allMatch(line -> line.contains("\"durability\":\"synced\""));
    }

    /** The last lines that curl wrote of a kind. */
    private static List<String> ofKind(Child curl, String prefix) {
        return curl.lines().stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }

    @Test
    void eventsGoOnWhereAReaderWasCutOff() throws Exception {
        String last;
        try (Child reader = curl("/api/v1/subscribe?filter=curl/%23")) {
            reader.awaitLine(line -> line.startsWith("retry:"), PATIENCE);
            publish("curl/a", 0, 100);
            reader.awaitLine(line -> line.contains("\"payload\":\"99\""), PATIENCE);
            assertThat(ofKind(reader, "data: ")).hasSize(100);
            last = ofKind(reader, "id: ").get(49);
            reader.kill();
        }
        publish("curl/a", 100, 150);
        try (Child reader = curl("/api/v1/subscribe?filter=curl/%23", "-H", "Last-Event-ID: " + last)) {
            reader.awaitLine(line -> line.contains("\"payload\":\"149\""), PATIENCE);
            publish("curl/a", 150, 200);
            reader.awaitLine(line -> line.contains("\"payload\":\"199\""), PATIENCE);
            List<String> data = ofKind(reader, "data: ");
            assertThat(data).hasSize(150);
            for (int i = 0; i < 150; i++) {
                assertThat(data.get(i)).contains("\"payload\":\"" + (50 + i) + "\"");
            }
        }
    }

    @Test
    void aCloudEventInItsHeadersIsPolledAndSettled() {
        String json = "Content-Type: application/json";
        ask("/api/v1/consumers/script", "-X", "PUT", "-H", json, "-d", "{\"filters\":[\"orders/#\"]}");
        assertThat(ask(
                        "/api/v1/events?topic=orders/1",
                        "-H",
                        "ce-specversion: 1.0",
                        "-H",
                        "ce-id: 1",
                        "-H",
                        "ce-source: /shop",
                        "-H",
                        "ce-type: order.placed",
                        "-H",
                        "Content-Type: text/plain",
                        "-d",
                        "one book"))
                .singleElement()
                .asString()
                .contains("\"outcome\":\"routed\"");
        String polled = String.join("", ask("/api/v1/consumers/script/poll?wait=30s", "-X", "POST"));
        assertThat(polled).contains("\"payload\":\"one book\"", "\"schemaName\":\"order.placed\"");
        String receipt = polled.replaceAll(".*\"receipt\":\"([^\"]+)\".*", "$1");
        assertThat(ask(
                        "/api/v1/consumers/script/settle",
                        "-H",
                        json,
                        "-d",
                        "{\"settlements\":[{\"receipt\":\"" + receipt + "\",\"outcome\":\"accept\"}]}"))
                .singleElement()
                .asString()
                .contains("\"settled\":1");
        assertThat(ask("/api/v1/consumers/script/poll", "-X", "POST"))
                .singleElement()
                .asString()
                .isEqualTo("{\"messages\":[]}");
    }

    @Test
    void aQuestionThatNobodyHearsIsAnsweredAtOnce() {
        assertThat(String.join(
                        "",
                        ask(
                                "/api/v1/request?timeout=5m",
                                "-H",
                                "Content-Type: application/json",
                                "-d",
                                "{\"topic\":\"nobody/there\"}")))
                .contains("no-responders");
    }
}
