package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static io.signalbox.server.http.ProblemAnswer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
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
        server = TestServer.start(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
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
    void aMessageSaysWhenItWasMadeUnlessItExpires() throws Exception {
        long made = 1767225600123L;
        for (String more : new String[] {"", ",\"ttl\":60"}) {
            HttpResponse<String> receipt =
                    server.post("/api/v1/publish", "{\"topic\":\"t\",\"timestamp\":" + made + more + "}");
            assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
        }
        JsonNode messages = json(server.get("/api/v1/history?topic=t&last=2")).get("messages");
        assertThat(messages.get(0).get("timestamp").asLong()).isEqualTo(made);
        assertThat(messages.get(1).get("timestamp").asLong()).isGreaterThan(made);
        assertThat(server.post("/api/v1/publish", "{\"topic\":\"t\",\"timestamp\":-1}")
                        .statusCode())
                .isEqualTo(400);
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
                        "POST /api/v1/publish/batch",
                        "POST /api/v1/events",
                        "POST /api/v1/request",
                        "GET /api/v1/subscribe",
                        "PUT /api/v1/consumers/{name}",
                        "POST /api/v1/consumers/{name}/poll",
                        "POST /api/v1/consumers/{name}/settle",
                        "DELETE /api/v1/consumers/{name}",
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
                        "GET /api/v1/asyncapi.json",
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
    void aTextThatMqttCannotCarryIsRefused() throws Exception {
        assertThat(server.post("/api/v1/publish", "{\"topic\":\"a\",\"contentType\":\"a\\u0000b\"}")
                        .statusCode())
                .isEqualTo(400);
    }
}
