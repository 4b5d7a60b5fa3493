package io.signalbox.server.http;

import static io.signalbox.server.http.ProblemAnswer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.signalbox.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Requests that are cut off, endless, smuggled, or sent by a page of another site. */
final class HostileRequestsTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    HostileRequestsTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void connectionsAreKeptAndPipelinedRequestsAnsweredInOrder() throws Exception {
        String one = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String answers =
                server.raw(one + one + "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(3);
        assertThat(answers.indexOf("HTTP/1.1 404")).isGreaterThan(answers.lastIndexOf("HTTP/1.1 200"));
    }

    @Test
    void hostileHeadersAreCutOff() throws Exception {
        String start = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n";
        assertThat(server.raw(start + "X: " + "a".repeat(1 << 20) + "\r\n\r\n")).startsWith("HTTP/1.1 431");
        assertThat(server.raw(start + "X: " + "a".repeat(20_000) + "\r\n\r\n")).startsWith("HTTP/1.1 431");
        assertThat(server.raw(start + "X: y\r\n".repeat(100_000) + "\r\n")).startsWith("HTTP/1.1 431");
        assertThat(server.raw("GET /" + "a".repeat(100_000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 414");
        assertThat(server.raw("\u0016\u0003\u0001 nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyOverTheLimitIsRefusedWhetherAnnouncedOrChunked() throws Exception {
        String start = "POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        assertThat(server.raw(start + "Content-Length: 99999999999\r\n\r\n")).startsWith("HTTP/1.1 413");
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
            chunks.writeBytes(("4000\r\n" + "a".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        assertThat(server.raw(
                        start + "Transfer-Encoding: chunked\r\n\r\n" + chunks.toString(StandardCharsets.ISO_8859_1)))
                .as("told, though not all was read")
                .startsWith("HTTP/1.1 413");
        assertThat(server.raw(start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .as("request smuggling: both lengths")
                .startsWith("HTTP/1.1 400");
    }

    /** What a stranger can send at will is answered, and no fault of the server's in its log. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://\u0001x/health/live",
                "http://\u007f/",
                "https://a\u0000b/x",
                "http://",
                "*",
                "?x",
                "#",
                "//"
            })
    void aTargetThatIsNoneIsAnswered(String target) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger("io.signalbox");
        log.start();
        root.addAppender(log);
        try {
            for (String upgrade : List.of("", "Connection: Upgrade\r\nUpgrade: websocket\r\n")) {
                assertThat(server.raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + upgrade
                                + (upgrade.isEmpty() ? "Connection: close\r\n" : "") + "\r\n"))
                        .matches("(?s)HTTP/1.1 4\\d\\d .*");
            }
        } finally {
            root.detachAppender(log);
        }
        assertThat(log.list).allSatisfy(event -> assertThat(event.getLevel()).isNotEqualTo(Level.ERROR));
    }

    /** Slow-loris: the connection is over however slowly the bytes drip, or if none come. */
    @Test
    void aRequestThatIsNotCompleteInTimeIsCutOff() throws Exception {
        // The others have the usual time: on a slow machine whatever is sent can take so long.
        try (TestServer hasty = TestServer.start(directory.resolve("hasty"), "http.request-timeout", "500ms")) {
            assertThat(hasty.raw(
                            "POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 10\r\n\r\n{"))
                    .startsWith("HTTP/1.1 408");
            assertThat(hasty.raw("GET /health/li")).startsWith("HTTP/1.1 408");
            assertThat(hasty.raw("")).isEmpty();
        }
    }

    @Test
    void aBodyMustSayThatItIsJsonAndIsRefusedWhereNoneBelongs() throws Exception {
        assertProblem(
                server.send(
                        "POST",
                        "/api/v1/publish",
                        "topic=a",
                        null,
                        "content-type",
                        "application/x-www-form-urlencoded"),
                415,
                "content-type-unsupported");
        assertProblem(server.send("GET", "/api/v1/stats", "{}", null), 400, "body-unexpected");
    }

    @ParameterizedTest
    @CsvSource({"localhost", "127.0.0.1:80", "[::1]:8080", "LOCALHOST:1"})
    void aLoopbackServerKnowsItsOwnNames(String host) throws Exception {
        assertThat(server.raw("GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource({"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", "evil.example:80"})
    void aForeignNameThatResolvesHereIsRefused(String host) throws Exception {
        assertThat(server.raw("GET /api/v1/stats HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
    }

    @Test
    void aRequestNeedsExactlyOneHost() throws Exception {
        assertThat(server.raw("GET /api/v1/stats HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(
                        server.raw(
                                "GET /api/v1/stats HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example",
        "null",
        "http://localhost.evil.example",
        "https://localhost",
        "http://localhost:1",
        "HTTP://LOCALHOST",
        "http://localhost "
    })
    void aPageOfAnotherSiteMayNotChangeThings(String origin) throws Exception {
        String answer = server.raw("POST /api/v1/admin/reload HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
                + "x\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 403").contains("origin-foreign");
    }

    @Test
    void aPageOfTheServersOwnMayChangeThings() throws Exception {
        assertThat(server.raw("POST /api/v1/admin/reload HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
                        + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void aPageOfAnotherSiteMayNotEmbedWhatIsHere() throws Exception {
        String path = "/api/v1/stats";
        assertProblem(
                server.send("GET", path, null, null, "sec-fetch-site", "cross-site", "sec-fetch-mode", "no-cors"),
                403,
                "origin-foreign");
        assertThat(server.send("GET", path, null, null, "sec-fetch-site", "cross-site", "sec-fetch-mode", "navigate")
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.send("GET", path, null, null, "sec-fetch-site", "same-origin")
                        .statusCode())
                .isEqualTo(200);
    }
}
