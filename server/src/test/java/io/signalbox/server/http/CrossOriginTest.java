package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page of an origin that http.origins names may use the API from a browser, and no other may. */
final class CrossOriginTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    CrossOriginTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"), "http.origins", "https://console.example");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> ask(String method, String path, String origin, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        all[0] = "origin";
        all[1] = origin;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return server.send(method, path, method.equals("POST") ? "{\"topic\":\"a\"}" : null, null, all);
    }

    @Test
    void aPageThatIsNamedMayAskFirstThenPublishAndReadTheAnswer() throws Exception {
        var asked = ask(
                "OPTIONS",
                "/api/v1/publish",
                "https://console.example",
                "access-control-request-method",
                "POST",
                "access-control-request-headers",
                "content-type");
        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(asked.headers().firstValue("access-control-allow-origin")).hasValue("https://console.example");
        assertThat(asked.headers().firstValue("access-control-allow-methods").orElse(""))
                .contains("POST", "DELETE");
        assertThat(asked.headers().firstValue("access-control-allow-headers").orElse(""))
                .contains("authorization", "content-type");
        for (String method : new String[] {"POST", "GET"}) {
            var answer = ask(
                    method,
                    method.equals("POST") ? "/api/v1/publish" : "/api/v1/replay?filter=a",
                    "https://console.example");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .hasValue("https://console.example");
            assertThat(answer.headers().firstValue("vary")).hasValue("origin");
        }
    }

    @Test
    void aPageThatIsNotNamedMayNeitherAskNorPublishNorRead() throws Exception {
        var asked = ask("OPTIONS", "/api/v1/publish", "https://evil.example", "access-control-request-method", "POST");
        assertThat(asked.statusCode()).isEqualTo(405);
        assertThat(asked.headers().firstValue("access-control-allow-origin")).isEmpty();
        assertThat(ask("POST", "/api/v1/publish", "https://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(ask("GET", "/api/v1/stats", "https://evil.example")
                        .headers()
                        .firstValue("access-control-allow-origin"))
                .isEmpty();
    }
}
