package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.TestServer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How large the head of a request may be, in each version of HTTP. */
final class HeadBoundsTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    HeadBoundsTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** The same bound as over HTTP/1.1, of which a path has no part. */
    @Test
    void headersHaveTheBoundThatTheyHaveOverHttp1() throws Exception {
        String most = "v".repeat(15_000);
        String tooMuch = "v".repeat(17_000);
        String path = "/health/live?" + "p".repeat(60_000);
        assertThat(server.raw(
                        "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx: " + most + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(server.raw("GET /health/live HTTP/1.1\r\nHost: localhost\r\nx: " + tooMuch + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(server.raw("GET /" + "p".repeat(82_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414");
        try (RawHttp2 client = new RawHttp2(server)) {
            assertThat(statusOf(client, 1, path, most)).isEqualTo("400");
            assertThat(statusOf(client, 3, "/health/live", tooMuch)).isEqualTo("431");
            assertThat(statusOf(client, 5, "/" + "p".repeat(82_000), "")).isEqualTo("414");
            assertThat(statusOf(client, 7, "/health/live", most)).isEqualTo("200");
        }
    }

    private static String statusOf(RawHttp2 client, int stream, String path, String value) throws Exception {
        byte[] fields = RawHttp2.fields(
                ":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", path, "x", value);
        for (int from = 0; from < fields.length; from += 16_384) {
            int to = Math.min(fields.length, from + 16_384);
            int end = to == fields.length ? RawHttp2.END_HEADERS : 0;
            client.send(
                    from == 0 ? RawHttp2.HEADERS : RawHttp2.CONTINUATION,
                    from == 0 ? end | RawHttp2.END_STREAM : end,
                    stream,
                    Arrays.copyOfRange(fields, from, to));
        }
        return RawHttp2.status(client.next(RawHttp2.HEADERS, stream));
    }
}
