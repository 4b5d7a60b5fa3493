package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.server.TestServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With users and permissions: who gets what from which route. */
final class HttpSecurityTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    HttpSecurityTest() {}

    @BeforeEach
    void start() throws Exception {
        Path passwords = directory.resolve("passwords");
        Argon2Cost cheap = new Argon2Cost(8, 1, 1);
        for (String user : new String[] {"root", "writer", "reader", "nobody"}) {
            new PasswordFileEditor(passwords, cheap).put(user, "pw".getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(directory.resolve("permissions"), """
                allow user:root admin
                allow user:root all #
                allow user:writer publish w/#
                allow user:reader subscribe w/#
                deny everybody subscribe w/secret
                end
                """);
        server = TestServer.start(
                directory.resolve("data"),
                "security.password-file",
                passwords.toString(),
                "security.permission-file",
                directory.resolve("permissions").toString());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int status(String method, String path, @Nullable String body, @Nullable String user) throws Exception {
        return server.send(method, path, body, user == null ? null : user + ":pw")
                .statusCode();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/stats",
        "GET, /api/v1/ledger",
        "GET, /api/v1/clients",
        "GET, /api/v1/topics",
        "GET, /api/v1/dead-letters",
        "DELETE, /api/v1/dead-letters?all=true",
        "POST, /api/v1/admin/reload"
    })
    void whatIsForOperatorsIsForUsersWhoMayAdministerAlone(String method, String path) throws Exception {
        assertThat(status(method, path, null, null)).isEqualTo(401);
        assertThat(status(method, path, null, "reader")).isEqualTo(403);
        assertThat(server.send(method, path, null, "root:wrong").statusCode()).isEqualTo(401);
        assertThat(status(method, path, null, "root")).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"DELETE, /api/v1/clients/x", "GET, /api/v1/clients/x", "GET, /api/v1/dead-letters/1"})
    void strangersDoNotLearnWhatExists(String method, String path) throws Exception {
        assertThat(status(method, path, null, null)).isEqualTo(401);
        assertThat(status(method, path, null, "reader")).isEqualTo(403);
        assertThat(status(method, path, null, "root")).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "writer, w/a, 200",
        "writer, x/a, 403",
        "reader, w/a, 403",
        "nobody, w/a, 403",
        "root, x/y, 200",
        "root, $SYS/x, 403"
    })
    void publishingNeedsThePermission(String user, String topic, int status) throws Exception {
        assertThat(status("POST", "/api/v1/publish", "{\"topic\":\"" + topic + "\"}", user))
                .isEqualTo(status);
        assertThat(status("POST", "/api/v1/publish", "{\"topic\":\"" + topic + "\"}", null))
                .isEqualTo(401);
        String message = "{\"topic\":\"" + topic + "\"}";
        assertThat(server.send(
                                "POST",
                                "/api/v1/publish/batch",
                                message,
                                user + ":pw",
                                "content-type",
                                NdJson.MEDIA_TYPE)
                        .statusCode())
                .isEqualTo(status);
        String event =
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"subject\":\"" + topic + "\"}";
        assertThat(server.send(
                                "POST",
                                "/api/v1/events",
                                event,
                                user + ":pw",
                                "content-type",
                                "application/cloudevents+json")
                        .statusCode())
                .isEqualTo(status);
        // Whoever may not receive the reply may not ask; nobody is there to answer whoever may.
        assertThat(status("POST", "/api/v1/request", message, user))
                .isEqualTo(status == 200 && user.equals("root") ? 503 : 403);
    }

    @ParameterizedTest
    @CsvSource({
        "reader, w/%23, 200",
        "reader, w/a, 200",
        "reader, %23, 403",
        "reader, w/secret, 403",
        "writer, w/a, 403",
        "root, %23, 200"
    })
    void readingNeedsAPermissionThatCoversTheFilter(String user, String filter, int status) throws Exception {
        assertThat(status("GET", "/api/v1/history?topic=" + filter, null, user)).isEqualTo(status);
        assertThat(status("GET", "/api/v1/replay?filter=" + filter, null, user)).isEqualTo(status);
        assertThat(status("HEAD", "/api/v1/subscribe?filter=" + filter, null, user))
                .isEqualTo(status);
        String consumer = "{\"filters\":[\"" + filter.replace("%23", "#") + "\"]}";
        assertThat(status("PUT", "/api/v1/consumers/" + user, consumer, user)).isEqualTo(status);
    }

    @Test
    void aConsumerIsItsUsersAlone() throws Exception {
        String body = "{\"filters\":[\"w/a\"]}";
        assertThat(status("PUT", "/api/v1/consumers/mine", body, "reader")).isEqualTo(200);
        assertThat(status("PUT", "/api/v1/consumers/mine", body, "root")).isEqualTo(403);
        assertThat(status("DELETE", "/api/v1/consumers/mine", null, "root")).isEqualTo(403);
        assertThat(status("POST", "/api/v1/consumers/mine/poll", null, "root")).isEqualTo(404);
        assertThat(status("POST", "/api/v1/consumers/mine/poll", null, null)).isEqualTo(401);
        assertThat(status("POST", "/api/v1/consumers/mine/poll", null, "reader"))
                .isEqualTo(200);
    }

    @Test
    void deniedTopicsAreHeldBackFromAnAllowedFilter() throws Exception {
        for (String topic : new String[] {"w/open", "w/secret"}) {
            assertThat(status("POST", "/api/v1/publish", "{\"topic\":\"" + topic + "\",\"payload\":\"x\"}", "writer"))
                    .isEqualTo(200);
        }
        assertThat(server.send("GET", "/api/v1/replay?filter=w/%23", null, "reader:pw")
                        .body())
                .contains("w/open")
                .doesNotContain("w/secret");
        assertThat(server.send("GET", "/api/v1/history?topic=w/%23", null, "reader:pw")
                        .body())
                .contains("w/open")
                .doesNotContain("w/secret");
        String who = Base64.getEncoder().encodeToString("reader:pw".getBytes(StandardCharsets.UTF_8));
        try (Socket reader = server.connect()) {
            reader.getOutputStream()
                    .write(("GET /api/v1/subscribe?filter=w/%23&from=all HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Authorization: Basic " + who + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf("w/open") < 0) {
                seen.append((char) reader.getInputStream().read());
            }
            for (String topic : new String[] {"w/secret", "w/end"}) {
                assertThat(status("POST", "/api/v1/publish", "{\"topic\":\"" + topic + "\"}", "writer"))
                        .isEqualTo(200);
            }
            while (seen.indexOf("w/end") < 0) {
                seen.append((char) reader.getInputStream().read());
            }
            assertThat(seen.toString()).doesNotContain("w/secret");
        }
    }

    @Test
    void healthIsForEverybodyAndMetricsForUsers() throws Exception {
        assertThat(status("GET", "/health/live", null, null)).isEqualTo(200);
        assertThat(status("GET", "/health/ready", null, null)).isEqualTo(200);
        assertThat(status("GET", "/metrics", null, null)).isEqualTo(401);
        assertThat(status("GET", "/metrics", null, "nobody")).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"Basic", "Basic !!!", "Bearer abc", "Basic cm9vdA==", "''"})
    void aBrokenAuthorizationHeaderIsRefusedNotIgnored(String header) throws Exception {
        var answer = server.send("GET", "/api/v1/stats", null, null, "authorization", header);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate"))
                .hasValue("Basic realm=\"signalbox\", charset=\"UTF-8\"");
    }

    @Test
    void aReloadTakesEffectAtOnceAndABadFileChangesNothing() throws Exception {
        Path permissions = directory.resolve("permissions");
        Files.writeString(permissions, "allow everybody admin\n");
        var refused = server.send("POST", "/api/v1/admin/reload", null, "root:pw");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(json(refused).get("detail").asString()).contains("`end`");
        assertThat(status("GET", "/api/v1/stats", null, "reader")).isEqualTo(403);
        Files.writeString(permissions, "allow user:reader admin\nend\n");
        assertThat(status("POST", "/api/v1/admin/reload", null, "root")).isEqualTo(200);
        assertThat(status("GET", "/api/v1/stats", null, "reader")).isEqualTo(200);
        assertThat(status("GET", "/api/v1/stats", null, "root")).isEqualTo(403);
    }

    @Test
    void aReaderOfEventsIsCutOffWhenThePasswordChanges() throws Exception {
        String who = Base64.getEncoder().encodeToString("reader:pw".getBytes(StandardCharsets.UTF_8));
        try (Socket reader = server.connect()) {
            reader.getOutputStream()
                    .write(("GET /api/v1/subscribe?filter=w/a HTTP/1.1\r\nHost: localhost\r\n" + "Authorization: Basic "
                                    + who + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(reader.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
            new PasswordFileEditor(directory.resolve("passwords"), new Argon2Cost(8, 1, 1))
                    .put("reader", "another".getBytes(StandardCharsets.UTF_8));
            assertThat(status("POST", "/api/v1/admin/reload", null, "root")).isEqualTo(200);
            reader.getInputStream().readAllBytes();
        }
        await().untilAsserted(() -> assertThat(
                        server.send("GET", "/api/v1/clients", null, "root:pw").body())
                .contains("\"total\":0"));
    }

    /** A hundredth of the speed: the stream would last for seconds after the first line. */
    @Test
    void aStreamUnderWayEndsWhenThePasswordOfItsUserChanges() throws Exception {
        for (int i = 0; i < 60; i++) {
            assertThat(status("POST", "/api/v1/publish", "{\"topic\":\"w/a\"}", "writer"))
                    .isEqualTo(200);
        }
        try (Socket reader = server.connect()) {
            String who = Base64.getEncoder().encodeToString("reader:pw".getBytes(StandardCharsets.UTF_8));
            reader.getOutputStream()
                    .write(("GET /api/v1/replay?filter=w/a&speed=0.01 HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Authorization: Basic " + who + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(reader.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");

            new PasswordFileEditor(directory.resolve("passwords"), new Argon2Cost(8, 1, 1))
                    .put("reader", "another".getBytes(StandardCharsets.UTF_8));
            assertThat(status("POST", "/api/v1/admin/reload", null, "root")).isEqualTo(200);

            assertThat(reader.getInputStream().readAllBytes())
                    .asString()
                    .as("the last chunk is missing")
                    .doesNotEndWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    void aRightThatIsTakenBackWhileARequestArrivesIsNotUsed() throws Exception {
        String who = Base64.getEncoder().encodeToString("root:pw".getBytes(StandardCharsets.UTF_8));
        try (Socket slow = server.connect()) {
            slow.getOutputStream()
                    .write(("POST /api/v1/admin/reload HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                                    + "Transfer-Encoding: chunked\r\nAuthorization: Basic " + who + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(slow.getInputStream().readNBytes(25)).asString().isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

            Files.writeString(directory.resolve("permissions"), "allow user:root all #\nend\n");
            assertThat(status("POST", "/api/v1/admin/reload", null, "root")).isEqualTo(200);

            slow.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(slow.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 403");
        }
    }

    @Test
    void whoIsNotKnownYetTakesNoPlaceOfARequest() throws Exception {
        Path passwords = directory.resolve("dear");
        new PasswordFileEditor(passwords, new Argon2Cost(16 << 10, 4, 1))
                .put("root", "pw".getBytes(StandardCharsets.UTF_8));
        try (TestServer narrow = TestServer.start(
                        directory.resolve("narrow"),
                        "http.requests-max",
                        "1",
                        "security.password-file",
                        passwords.toString());
                ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> guesses = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String user = "root:guess" + i;
                guesses.add(others.submit(() -> narrow.send("GET", "/api/v1/history?topic=a", null, user)
                        .statusCode()));
            }
            for (Future<Integer> guess : guesses) {
                assertThat(guess.get()).as("not busy").isEqualTo(401);
            }
        }
    }
}
