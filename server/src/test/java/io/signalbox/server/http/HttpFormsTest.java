package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.TestServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms that a request may have in HTTP, and texts in it that are not what they seem. */
final class HttpFormsTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    HttpFormsTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1", "HTTP://127.0.0.1", "https://[::1]:8080"})
    void aTargetWithItsHostIsTakenAsWell(String host) throws Exception {
        assertThat(server.raw("GET " + host + "/health/live HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(server.raw("GET " + host + "?x=1 HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
    }

    /** RFC 9112, 3.2.2: the host of the target counts, not the header. */
    @Test
    void aTargetWithAForeignHostIsForeign() throws Exception {
        assertThat(server.raw("GET http://evil.example/health/live HTTP/1.1\r\nHost: localhost\r\n"
                        + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
    }

    @Test
    void aStreamForHttp10HasNoChunksAndEndsWithItsConnection() throws Exception {
        server.post("/api/v1/publish", "{\"topic\":\"a\",\"payload\":\"x\"}");
        String answer = server.raw("GET /api/v1/replay?filter=a HTTP/1.0\r\nHost: localhost\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("chunked");
        assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                .startsWith("{\"sequence\"")
                .endsWith("}\n");
    }

    /**
     * Each answer is larger than what both kernels buffer: the second waits until the first is taken. The window of
     * the client is held small, or kernels tuned for far networks would take the whole answer.
     */
    @Test
    void whoAsksAgainAndAgainAndReadsNothingIsAnsweredOnce() throws Exception {
        String payload = "x".repeat(200_000);
        for (int i = 0; i < 60; i++) {
            server.post("/api/v1/publish", "{\"topic\":\"big\",\"payload\":\"" + payload + "\"}");
        }
        String one = "GET /api/v1/history?topic=big&last=60 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (Socket mute = server.connect(64 * 1024)) {
            mute.getOutputStream().write(one.repeat(10).getBytes(StandardCharsets.US_ASCII));
            await().until(() -> answered() > 0);
            await().during(Duration.ofSeconds(1)).until(() -> answered() == 1);

            // And goes on once it reads.
            long whole = 60 * 200_000;
            assertThat(mute.getInputStream().readNBytes((int) whole + 100_000)).hasSize((int) whole + 100_000);
            await().until(() -> answered() > 1);
        }
    }

    private double answered() throws Exception {
        return server.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("signalbox_http_requests_seconds_count{")
                        && line.contains("route=\"/api/v1/history\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aBodyThatIsCompressedIsRefusedAndNotTakenForPlain() throws Exception {
        var refused = server.send("POST", "/api/v1/publish", "{\"topic\":\"a\"}", null, "content-encoding", "gzip");
        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(json(refused).get("code").asString()).isEqualTo("content-encoding-unsupported");
    }

    /** UTF-8 has no form for it, and Java would put a question mark in its place. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'topic':'a','payload':'x\\ud800'}",
                "{'topic':'a\\udc00b'}",
                "{'topic':'a','contentType':'\\udfff'}",
                "{'topic':'a','headers':{'n\\ud800':'v'}}",
                "{'topic':'a','headers':{'n':'\\ud800v'}}",
                "{'topic':'a','headers':[{'name':'n','value':'\\ud800\\ud800'}]}"
            })
    void halfOfASurrogatePairIsRefused(String body) throws Exception {
        assertThat(server.post("/api/v1/publish", body.replace('\'', '"')).statusCode())
                .isEqualTo(400);
        assertThat(server.get("/api/v1/history?topic=%23").body()).contains("\"messages\":[]");
    }

    @Test
    void aWholeSurrogatePairIsACharacter() throws Exception {
        assertThat(server.post("/api/v1/publish", "{\"topic\":\"a\",\"payload\":\"\\ud83d\\ude00\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(json(server.get("/api/v1/history?topic=a"))
                        .get("messages")
                        .get(0)
                        .get("payload")
                        .asString())
                .isEqualTo("\ud83d\ude00");
    }
}
