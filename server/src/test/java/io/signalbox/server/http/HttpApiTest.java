package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** On a server without configuration: loopback, anonymous, everything allowed. */
final class HttpApiTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    HttpApiTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"), "http.request-timeout", "500ms");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        JsonNode problem = json(response);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("code").asString()).isEqualTo(code);
        assertThat(problem.get("type").asString()).isEqualTo("urn:signalbox:problem:" + code);
        assertThat(problem.get("detail").asString()).isNotEmpty();
    }

    @Test
    void aPublishIsAnsweredWithItsDurabilityAndFoundInTheHistory() throws Exception {
        HttpResponse<String> receipt = server.post("/api/v1/publish", """
                {"topic":"market/gold","payload":"1 €","priority":7,"ttl":3600,"contentType":"text/plain",
                 "headers":{"a":"1"},"correlationBase64":"AAE=","retain":true}
                """);
        assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
        assertThat(json(receipt).get("durability").asString()).isEqualTo("synced");
        assertThat(json(receipt).get("outcome").asString()).isEqualTo("no-subscribers");
        assertThat(json(receipt).get("sequence").asLong()).isPositive();

        JsonNode message = json(server.get("/api/v1/history?topic=market/gold"))
                .get("messages")
                .get(0);
        assertThat(message.get("payload").asString()).isEqualTo("1 €");
        assertThat(message.get("priority").asInt()).isEqualTo(7);
        assertThat(message.get("ttl").asLong()).isEqualTo(3600);
        assertThat(message.get("contentType").asString()).isEqualTo("text/plain");
        assertThat(message.get("correlationBase64").asString()).isEqualTo("AAE=");
        assertThat(message.get("headers").get(0).get("name").asString()).isEqualTo("a");
        assertThat(message.get("sequence")).isEqualTo(json(receipt).get("sequence"));
    }

    @Test
    void bytesThatAreNoTextTravelAsBase64AndTopicsMayBeNative() throws Exception {
        HttpResponse<String> receipt =
                server.post("/api/v1/publish?syntax=native", "{\"topic\":\"a.b%2Ec\",\"payloadBase64\":\"/wA=\"}");
        assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
        JsonNode mqtt =
                json(server.get("/api/v1/history?topic=a/b.c")).get("messages").get(0);
        assertThat(mqtt.get("topic").asString()).isEqualTo("a/b.c");
        assertThat(mqtt.get("payloadBase64").asString()).isEqualTo("/wA=");
        assertThat(json(server.get("/api/v1/history?topic=a.*&syntax=native"))
                        .get("messages")
                        .get(0)
                        .get("topic")
                        .asString())
                .isEqualTo("a.b%2Ec");
    }

    @Test
    void aReplayGivesThePastInOrderAsLines() throws Exception {
        for (int i = 1; i <= 20; i++) {
            server.post("/api/v1/publish", "{\"topic\":\"r/" + i % 2 + "\",\"payload\":\"" + i + "\"}");
        }
        List<String> lines =
                server.get("/api/v1/replay?filter=r/%2B").body().lines().toList();
        assertThat(lines).hasSize(20);
        assertThat(lines.getFirst()).contains("\"payload\":\"1\"");
        assertThat(lines.getLast()).contains("\"payload\":\"20\"");
        assertThat(server.get("/api/v1/replay?filter=r/1&from=last=3").body().lines())
                .hasSize(3);
        assertThat(server.get("/api/v1/replay?filter=r/1&from=1h&speed=1000000&limit=2")
                        .body()
                        .lines())
                .hasSize(2);
        assertThat(server.get("/api/v1/replay?filter=r/1&from=2999-01-01T00:00:00Z")
                        .body())
                .isEmpty();
    }

    @Test
    void operatorsSeeFiguresLedgerClientsAndTopics() throws Exception {
        server.post("/api/v1/publish", "{\"topic\":\"t/1\",\"payload\":\"x\",\"retain\":true}");
        assertThat(json(server.get("/api/v1/stats")).get("published").asLong()).isEqualTo(1);
        JsonNode ledger = json(server.get("/api/v1/ledger"));
        assertThat(ledger.get("mismatches").size()).isZero();
        assertThat(ledger.get("total").get("published").asLong()).isEqualTo(1);
        assertThat(json(server.get("/api/v1/clients")).get("total").asInt()).isZero();
        assertThat(json(server.get("/api/v1/topics?filter=t/%23"))
                        .get("topics")
                        .get(0)
                        .get("topic")
                        .asString())
                .isEqualTo("t/1");
        assertProblem(server.get("/api/v1/clients/nobody%2Fhere"), 404, "session-not-found");
        assertProblem(server.send("DELETE", "/api/v1/clients/nobody", null, null), 404, "session-not-found");
        assertThat(json(server.send("POST", "/api/v1/admin/reload", null, null))
                        .get("users")
                        .asInt())
                .isZero();
    }

    @Test
    void deadLettersThatAreNotThereAreSaidSo() throws Exception {
        assertThat(json(server.get("/api/v1/dead-letters")).get("total").asLong())
                .isZero();
        assertProblem(server.get("/api/v1/dead-letters/7"), 404, "dead-letter-not-found");
        assertProblem(server.get("/api/v1/dead-letters/x"), 400, "parameter-invalid");
        assertProblem(server.post("/api/v1/dead-letters/7/replace", "{\"topic\":\"a\"}"), 404, "dead-letter-not-found");
        assertProblem(server.post("/api/v1/dead-letters/redrive", "{\"ids\":[7]}"), 404, "dead-letter-not-found");
        assertProblem(server.post("/api/v1/dead-letters/redrive", "{}"), 400, "body-invalid");
        assertProblem(
                server.post("/api/v1/dead-letters/redrive", "{\"query\":{\"raeson\":\"x\"}}"), 400, "body-invalid");
        assertProblem(server.get("/api/v1/dead-letters?reason=bored"), 400, "parameter-invalid");
        assertProblem(server.send("DELETE", "/api/v1/dead-letters", null, null), 400, "parameter-invalid");
        assertProblem(server.send("DELETE", "/api/v1/dead-letters?ids=7", null, null), 404, "dead-letter-not-found");
        assertThat(json(server.send("DELETE", "/api/v1/dead-letters?all=true", null, null))
                        .get("purged")
                        .asLong())
                .isZero();
        assertThat(server.post("/api/v1/dead-letters/redrive", "{\"query\":{}}")
                        .body()
                        .strip())
                .contains("\"redriven\":0")
                .contains("\"done\":true");
    }

    @Test
    void healthAndMetricsAnswer() throws Exception {
        for (String path : List.of("/health/live", "/health/ready", "/health/durable")) {
            assertThat(server.get(path).statusCode()).isEqualTo(200);
            assertThat(json(server.get(path)).get("status").asString()).isEqualTo("up");
        }
        server.post("/api/v1/publish", "{\"topic\":\"t\"}");
        String metrics = server.get("/metrics").body();
        assertThat(metrics)
                .contains(
                        "events_published_total 1.0",
                        "dead_letter_queue_size 0.0",
                        "signalbox_health 1.0",
                        "jvm_memory_used_bytes")
                .contains("signalbox_listener_connections_open{gateway=\"http\"}");
        assertThat(server.send("HEAD", "/health/live", null, null).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"topic\":\"a/#\"} | 400 | topic-invalid",
                "{\"topic\":\"\"} | 400 | topic-invalid",
                "{} | 400 | body-invalid",
                "[] | 400 | body-invalid",
                "nonsense | 400 | json-invalid",
                "{\"topic\":\"a\"} x | 400 | json-invalid",
                "{\"topic\":\"a\",\"topic\":\"b\"} | 400 | json-invalid",
                "{\"topic\":\"a\",\"qos\":3} | 400 | body-invalid",
                "{\"topic\":\"a\",\"qos\":\"1\"} | 400 | body-invalid",
                "{\"topic\":\"a\",\"qso\":1} | 400 | body-invalid",
                "{\"topic\":\"a\",\"ttl\":-1} | 400 | body-invalid",
                "{\"topic\":\"a\",\"ttl\":1e999999999} | 400 | body-invalid",
                "{\"topic\":\"a\",\"retain\":\"yes\"} | 400 | body-invalid",
                "{\"topic\":\"a\",\"payload\":\"x\",\"payloadBase64\":\"eA==\"} | 400 | body-invalid",
                "{\"topic\":\"a\",\"payloadBase64\":\"!\"} | 400 | body-invalid",
                "{\"topic\":\"a\",\"headers\":{\"a\":1}} | 400 | body-invalid",
                "{\"topic\":\"a\",\"headers\":{\"sb-x\":\"1\"}} | 400 | malformed",
                "{\"topic\":\"a\",\"kind\":\"x\"} | 400 | body-invalid"
            })
    void aBodyThatIsNotAMessageIsRefusedWithItsReason(String body, int status, String code) throws Exception {
        assertProblem(server.post("/api/v1/publish", body), status, code);
    }

    @Test
    void tooDeepATopicOrJsonIsRefused() throws Exception {
        assertProblem(
                server.post("/api/v1/publish", "{\"topic\":\"" + "a/".repeat(200) + "\"}"), 400, "topic-too-deep");
        assertProblem(server.post("/api/v1/publish", "[".repeat(100_000)), 400, "json-invalid");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nowhere, 404, path-not-found",
        "GET, /api/v1/publish, 405, method-not-allowed",
        "PATCH, /api/v1/stats, 405, method-not-allowed",
        "GET, /api/v1/history, 400, parameter-invalid",
        "GET, /api/v1/history?topic=a&last=0, 400, parameter-invalid",
        "GET, /api/v1/history?topic=a&topic=b, 400, parameter-invalid",
        "GET, /api/v1/history?topic=a%23b, 400, filter-invalid",
        "GET, /api/v1/history?topic=a&syntax=amqp, 400, parameter-invalid",
        "GET, /api/v1/replay?filter=a&from=yesterday, 400, parameter-invalid",
        "GET, /api/v1/replay?filter=a&speed=-1, 400, parameter-invalid",
        "GET, /api/v1/replay?filter=a&speed=NaN, 400, parameter-invalid",
        "GET, /api/v1/replay?filter=a&speed=0.001, 400, parameter-invalid",
        "GET, /api/v1/../v1/stats, 404, path-not-found"
    })
    void aRequestThatMakesNoSenseIsRefusedWithItsReason(String method, String path, int status, String code)
            throws Exception {
        assertProblem(server.send(method, path, null, null), status, code);
    }

    /** RabbitMQ's CVE-2015-8786: one parameter exhausted the node. */
    @Test
    void unknownParametersAreRefusedOnEveryRoute() throws Exception {
        JsonNode paths = json(server.get("/api/v1/openapi.json")).get("paths");
        int asked = 0;
        for (var path : paths.properties()) {
            for (var operation : path.getValue().properties()) {
                String method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
                String uri = path.getKey().replaceAll("\\{[a-z]+\\}", "1");
                assertProblem(server.send(method, uri + "?lengths_age=1000000", null, null), 400, "parameter-invalid");
                asked++;
            }
        }
        assertThat(asked).isGreaterThanOrEqualTo(20);
    }

    @Test
    void theDescriptionCoversExactlyTheRoutesAndItsReferencesResolve() throws Exception {
        JsonNode document = json(server.get("/api/v1/openapi.json"));
        assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
        Set<String> described = new HashSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method ->
                                described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        assertThat(described)
                .containsExactlyInAnyOrder(
                        "GET /health/live",
                        "GET /health/ready",
                        "GET /health/transports",
                        "GET /health/durable",
                        "GET /metrics",
                        "POST /api/v1/publish",
                        "GET /api/v1/history",
                        "GET /api/v1/replay",
                        "GET /api/v1/stats",
                        "GET /api/v1/ledger",
                        "GET /api/v1/clients",
                        "GET /api/v1/clients/{name}",
                        "DELETE /api/v1/clients/{name}",
                        "GET /api/v1/topics",
                        "POST /api/v1/admin/reload",
                        "GET /api/v1/dead-letters",
                        "DELETE /api/v1/dead-letters",
                        "GET /api/v1/dead-letters/{id}",
                        "POST /api/v1/dead-letters/redrive",
                        "POST /api/v1/dead-letters/{id}/replace",
                        "GET /api/v1/openapi.json");
        JsonNode schemas = document.get("components").get("schemas");
        String text = document.toString();
        var references =
                java.util.regex.Pattern.compile("#/components/schemas/(\\w+)").matcher(text);
        int found = 0;
        while (references.find()) {
            assertThat(schemas.has(references.group(1))).as(references.group(1)).isTrue();
            found++;
        }
        assertThat(found).isGreaterThan(20);
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
        assertThat(server.raw(start + "X: " + "a".repeat(1 << 20) + "\r\n\r\n"))
                .satisfiesAnyOf(
                        a -> assertThat(a).startsWith("HTTP/1.1 431"),
                        a -> assertThat(a).isEmpty());
        assertThat(server.raw(start + "X: " + "a".repeat(20_000) + "\r\n\r\n")).startsWith("HTTP/1.1 431");
        assertThat(server.raw(start + "X: y\r\n".repeat(100_000) + "\r\n"))
                .satisfiesAnyOf(
                        a -> assertThat(a).startsWith("HTTP/1.1 431"),
                        a -> assertThat(a).isEmpty());
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
                .satisfiesAnyOf(
                        a -> assertThat(a).startsWith("HTTP/1.1 413"),
                        a -> assertThat(a).isEmpty());
        assertThat(server.raw(start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .as("request smuggling: both lengths")
                .startsWith("HTTP/1.1 400");
    }

    /** Slow-loris: the connection is over however slowly the bytes drip, or if none come. */
    @Test
    void aRequestThatIsNotCompleteInTimeIsCutOff() throws Exception {
        assertThat(server.raw("POST /api/v1/publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"))
                .satisfiesAnyOf(
                        a -> assertThat(a).startsWith("HTTP/1.1 408"),
                        a -> assertThat(a).isEmpty());
        assertThat(server.raw("GET /health/li"))
                .satisfiesAnyOf(
                        a -> assertThat(a).startsWith("HTTP/1.1 408"),
                        a -> assertThat(a).isEmpty());
        assertThat(server.raw("")).isEmpty();
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

    /** The answer is larger than what both kernels buffer, so the server has to wait for this reader, and does not. */
    @Test
    void aReaderThatDoesNotReadHoldsUpNobodyAndNotTheShutdown() throws Exception {
        String payload = "x".repeat(200_000);
        for (int i = 0; i < 80; i++) {
            server.post("/api/v1/publish", "{\"topic\":\"big\",\"payload\":\"" + payload + "\"}");
        }
        try (Socket stalled = server.connect()) {
            stalled.getOutputStream()
                    .write("GET /api/v1/replay?filter=big HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(stalled.getInputStream().read()).isEqualTo('H');
            assertThat(server.post("/api/v1/publish", "{\"topic\":\"big\",\"payload\":\"y\"}")
                            .statusCode())
                    .isEqualTo(200);
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
            server.post("/api/v1/publish", "{\"topic\":\"h\",\"payload\":\"" + i + megabyte + "\"}");
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

    @Test
    void aTextThatMqttCannotCarryIsRefused() throws Exception {
        assertThat(server.post("/api/v1/publish", "{\"topic\":\"a\",\"contentType\":\"a\\u0000b\"}")
                        .statusCode())
                .isEqualTo(400);
    }
}
