package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static io.signalbox.server.http.ProblemAnswer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.TestServer;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LongSummaryStatistics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Answers that are larger than the reader, or the memory, is ready for. */
final class SlowReadersTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    SlowReadersTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void publish(String topic, String payload) throws Exception {
        HttpResponse<String> receipt =
                server.post("/api/v1/publish", "{\"topic\":\"" + topic + "\",\"payload\":\"" + payload + "\"}");
        assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
    }

    /** The answer is larger than what both kernels buffer, so the server has to wait for this reader, and does not. */
    @Test
    void aReaderThatDoesNotReadHoldsUpNobodyAndNotTheShutdown() throws Exception {
        String payload = "x".repeat(200_000);
        for (int i = 0; i < 80; i++) {
            publish("big", payload);
        }
        try (Socket stalled = server.connect()) {
            stalled.getOutputStream()
                    .write("GET /api/v1/replay?filter=big HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(stalled.getInputStream().read()).isEqualTo('H');
            publish("big", "y");
            assertThat(server.get("/api/v1/history?topic=big&last=1").body()).contains("\"payload\":\"y\"");
            assertThat(server.server().shutDown())
                    .as("within the time for a shutdown")
                    .isTrue();
        }
    }

    @Test
    void slowStreamsTakeNoPlaceOfRequests() throws Exception {
        try (TestServer narrow =
                TestServer.start(directory.resolve("narrow"), "http.requests-max", "1", "http.streams-max", "1")) {
            // Two messages so far apart that a replay at a hundredth of the speed lasts for seconds.
            await().until(() -> {
                narrow.post("/api/v1/publish", "{\"topic\":\"a\"}");
                LongSummaryStatistics times = new LongSummaryStatistics();
                json(narrow.get("/api/v1/history?topic=a"))
                        .path("messages")
                        .forEach(message -> times.accept(message.get("time").asLong()));
                return times.getMax() - times.getMin() > 100;
            });
            String replay = "/api/v1/replay?filter=a&speed=0.01";
            try (Socket slow = narrow.connect()) {
                slow.getOutputStream()
                        .write(("GET " + replay + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                assertThat(slow.getInputStream().read()).isEqualTo('H');
                HttpResponse<String> busy = narrow.get(replay);
                assertProblem(busy, 503, "busy");
                assertThat(busy.headers().firstValue("retry-after")).hasValue("1");
                assertThat(narrow.get("/metrics").statusCode()).isEqualTo(200);
                await().until(() -> narrow.get("/api/v1/stats").statusCode() == 200);
            }
            await().until(() -> narrow.get(replay + "&limit=1").statusCode() == 200);
        }
    }

    @Test
    void aHistoryLeavesOutTheOldestBeforeItFillsTheMemory() throws Exception {
        String megabyte = "x".repeat(1 << 20);
        for (int i = 0; i < 20; i++) {
            publish("h", i + megabyte);
        }
        JsonNode answer = json(server.get("/api/v1/history?topic=h&last=20"));
        assertThat(answer.get("truncated").asBoolean()).isTrue();
        assertThat(answer.get("messages").size()).isEqualTo(15);
        assertThat(answer.get("messages").get(14).get("payload").asString()).startsWith("19x");
        assertThat(json(server.get("/api/v1/history?topic=h&last=2"))
                        .get("truncated")
                        .asBoolean())
                .isFalse();
    }
}
