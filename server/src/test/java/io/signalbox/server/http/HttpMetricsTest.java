package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured is counted, and told in the documentation. */
final class HttpMetricsTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    HttpMetricsTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void requestsAreTimedByRouteAndStatusAndWhatIsNoRequestIsCounted() throws Exception {
        server.post("/api/v1/publish", "{\"topic\":\"a\"}");
        server.post("/api/v1/publish", "{}");
        server.get("/api/v1/replay?filter=a");
        server.get("/api/v1/clients/somebody");
        server.send("BREW", "/coffee", null, null);
        assertThat(server.raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");

        // What is streamed is timed when it has ended, of which its reader may hear first.
        await().untilAsserted(() -> assertThat(server.get("/metrics").body())
                .contains(
                        "signalbox_http_requests_seconds_count{method=\"POST\",route=\"/api/v1/publish\",status=\"200\"} 1",
                        "signalbox_http_requests_seconds_count{method=\"POST\",route=\"/api/v1/publish\",status=\"400\"} 1",
                        "signalbox_http_requests_seconds_count{method=\"GET\",route=\"/api/v1/replay\",status=\"200\"} 1",
                        "signalbox_http_requests_seconds_count{method=\"GET\",route=\"/api/v1/clients/{name}\",status=\"404\"} 1",
                        "signalbox_http_requests_seconds_count{method=\"other\",route=\"none\",status=\"404\"} 1",
                        "signalbox_http_malformed_total{status=\"400\"} 1.0")
                .contains("signalbox_http_requests_seconds_bucket{"));
    }

    @Test
    void everyMetricOfOursIsInTheOperatorsTable() throws Exception {
        server.post("/api/v1/publish", "{\"topic\":\"a\"}");
        assertThat(server.raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
        String table = Files.readString(Path.of("..", "docs", "operations.md"));
        var names = Pattern.compile("(?m)^# TYPE ((?:signalbox|events|dead)_\\w+) (\\w+)$")
                .matcher(server.get("/metrics").body());
        int seen = 0;
        while (names.find()) {
            assertThat(table).contains("| `" + names.group(1) + "` | " + names.group(2) + " |");
            seen++;
        }
        assertThat(seen).isGreaterThan(30);
    }
}
