package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static io.signalbox.server.http.ProblemAnswer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Batches and CloudEvents. */
final class PublishFormsTest {
    private static final String STRUCTURED = "application/cloudevents+json; charset=utf-8";
    private static final String BATCH = "application/cloudevents-batch+json";

    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    PublishFormsTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return server.send("POST", path, body, null, headers);
    }

    private JsonNode history(String topic) throws Exception {
        return json(server.get("/api/v1/history?topic=" + topic)).get("messages");
    }

    private static List<JsonNode> lines(HttpResponse<String> response) {
        return response.body()
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    @Test
    void aBatchIsPublishedInItsOrderAndAnsweredLineByLine() throws Exception {
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            batch.append("{\"topic\":\"batch/all\",\"payload\":\"").append(i).append("\"}\r\n\n");
        }
        HttpResponse<String> answer =
                post("/api/v1/publish/batch", batch.toString(), "content-type", NdJson.MEDIA_TYPE);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> receipts = lines(answer);
        assertThat(receipts)
                .hasSize(500)
                .allMatch(r -> r.get("durability").asString().equals("synced"));
        JsonNode messages =
                json(server.get("/api/v1/history?topic=batch/all&last=500")).get("messages");
        assertThat(messages).hasSize(500);
        for (int i = 0; i < 500; i++) {
            assertThat(messages.get(i).get("payload").asString()).isEqualTo(Integer.toString(i));
            assertThat(messages.get(i).get("sequence"))
                    .isEqualTo(receipts.get(i).get("sequence"));
        }
    }

    /** The broker refuses one for a reason that is known only when it is asked. */
    @Test
    void whatTheBrokerRefusesIsToldInItsLineAndTheOthersArePublished() throws Exception {
        try (TestServer small = TestServer.start(directory.resolve("small"), "broker.topics-max", "1")) {
            small.post("/api/v1/publish", "{\"topic\":\"one\",\"retain\":true,\"payload\":\"x\"}");
            HttpResponse<String> answer = small.send(
                    "POST",
                    "/api/v1/publish/batch",
                    "{\"topic\":\"one\"}\n{\"topic\":\"two\",\"retain\":true,\"payload\":\"x\"}\n{\"topic\":\"one\"}",
                    null,
                    "content-type",
                    NdJson.MEDIA_TYPE);
            List<JsonNode> lines = lines(answer);
            assertThat(lines).hasSize(3);
            assertThat(lines.get(0).has("sequence")).isTrue();
            assertThat(lines.get(1).get("code").asString()).isEqualTo("quota-exceeded");
            assertThat(lines.get(2).has("sequence")).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"topic\":\"ok\"}~{\"topic\":\"a/#\"} | 400 | topic-invalid | line 2",
                "{\"topic\":\"ok\"}~~nonsense | 400 | json-invalid | line 3",
                "{\"topic\":\"ok\"}~{} | 400 | body-invalid | line 2",
                "~~ | 400 | body-invalid | no message",
            })
    void ofABatchThatIsNotAllRightNothingIsPublished(String body, int status, String code, String detail)
            throws Exception {
        HttpResponse<String> answer =
                post("/api/v1/publish/batch", body.replace('~', '\n'), "content-type", NdJson.MEDIA_TYPE);
        assertProblem(answer, status, code);
        assertThat(json(answer).get("detail").asString()).contains(detail);
        assertThat(history("ok")).isEmpty();
    }

    @Test
    void aBatchOfTooManyIsRefused() throws Exception {
        String body = "{\"topic\":\"a\"}\n".repeat(10_001);
        assertProblem(post("/api/v1/publish/batch", body, "content-type", NdJson.MEDIA_TYPE), 413, "batch-too-large");
        assertThat(history("a")).isEmpty();
    }

    @Test
    void aBatchMustSayThatItIsOne() throws Exception {
        assertProblem(
                post("/api/v1/publish/batch", "{\"topic\":\"a\"}", "content-type", "application/json"),
                415,
                "content-type-unsupported");
        assertProblem(
                post("/api/v1/publish", "{\"topic\":\"a\"}", "content-type", NdJson.MEDIA_TYPE),
                415,
                "content-type-unsupported");
    }

    private static String event(String id, String source, String more) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"" + source + "\",\"type\":\"order.placed\""
                + more + "}";
    }

    @Test
    void aStructuredCloudEventKeepsItsAttributesAndTheBytesOfItsData() throws Exception {
        HttpResponse<String> answer = post(
                "/api/v1/events",
                event("7", "/shop", ",\"subject\":\"orders/eu\",\"custom\":\"x\",\"data\":{ \"price\": 1.10 }"),
                "content-type",
                STRUCTURED);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode message = history("orders/eu").get(0);
        assertThat(message.get("payload").asString()).isEqualTo("{ \"price\": 1.10 }");
        assertThat(message.get("id").asString()).isEqualTo("7");
        assertThat(message.get("from").asString()).isEqualTo("/shop");
        assertThat(message.get("schemaName").asString()).isEqualTo("order.placed");
        assertThat(message.get("contentType").asString()).isEqualTo("application/json");
        assertThat(message.get("headers").get(0).get("name").asString()).isEqualTo("ce-custom");
    }

    @Test
    void aBinaryCloudEventIsItsHeadersAndItsBody() throws Exception {
        HttpResponse<String> answer = post(
                "/api/v1/events?topic=over/ride",
                "<order/>",
                "content-type",
                "application/xml",
                "ce-specversion",
                "1.0",
                "ce-id",
                "8",
                "ce-source",
                "/shop",
                "ce-type",
                "order%20placed",
                "ce-sbpriority",
                "7");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode message = history("over/ride").get(0);
        assertThat(message.get("payload").asString()).isEqualTo("<order/>");
        assertThat(message.get("contentType").asString()).isEqualTo("application/xml");
        assertThat(message.get("schemaName").asString()).isEqualTo("order placed");
        assertThat(message.get("priority").asInt()).isEqualTo(7);
    }

    @Test
    void anEventOfTheSameIdFromAnotherSourceIsAnotherEvent() throws Exception {
        String to = ",\"subject\":\"ids\"";
        assertThat(outcome(event("1", "/a", to))).isEqualTo("no-subscribers");
        assertThat(outcome(event("1", "/b", to))).isEqualTo("no-subscribers");
        assertThat(outcome(event("1", "/a", to))).isEqualTo("duplicate");
        assertThat(history("ids")).hasSize(2);
    }

    private String outcome(String event) throws Exception {
        return json(post("/api/v1/events", event, "content-type", STRUCTURED))
                .get("outcome")
                .asString();
    }

    @Test
    void aBatchOfCloudEventsKeepsEachAsItIs() throws Exception {
        String body = "[" + event("1", "/s", ",\"subject\":\"many\",\"data\":1.10") + " ,\n"
                + event("2", "/s", ",\"subject\":\"many\",\"data_base64\":\"/wA=\"") + "]";
        HttpResponse<String> answer = post("/api/v1/events", body, "content-type", BATCH);
        assertThat(lines(answer)).as(answer.body()).hasSize(2).allMatch(line -> line.has("sequence"));
        assertThat(history("many").get(0).get("payload").asString()).isEqualTo("1.10");
        assertThat(history("many").get(1).get("payloadBase64").asString()).isEqualTo("/wA=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/cloudevents+json | {} | 400 | malformed",
                "application/cloudevents+json | [] | 400 | malformed",
                "application/cloudevents+json | {\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}"
                        + " | 400 | malformed",
                "application/cloudevents+json | {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}"
                        + " | 400 | malformed",
                "application/cloudevents+json | {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\","
                        + "\"subject\":\"a\",\"sbheaders\":\"sb-enc=x\"} | 400 | malformed",
                "application/cloudevents+json | nonsense | 400 | malformed",
                "application/cloudevents-batch+json | {} | 400 | body-invalid",
                "application/cloudevents-batch+json | [{}] | 400 | malformed",
                "application/cloudevents-batch+json | [1] | 400 | malformed",
                "application/cloudevents-batch+json | [ | 400 | json-invalid",
                "application/cloudevents-batch+json | [] x | 400 | json-invalid",
                "application/json | {} | 415 | content-type-unsupported",
                "text/plain | topic=a | 415 | content-type-unsupported",
            })
    void whatIsNoCloudEventIsRefusedWithItsReason(String type, String body, int status, String code) throws Exception {
        assertProblem(post("/api/v1/events", body, "content-type", type), status, code);
    }

    @Test
    void anAttributeThatComesTwiceIsRefused() throws Exception {
        String answer = server.raw(
                "POST /api/v1/events?topic=a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "ce-specversion: 1.0\r\nce-id: 1\r\nCe-Id: 2\r\nce-source: s\r\nce-type: t\r\nContent-Length: 0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("ce-id comes twice");
    }
}
