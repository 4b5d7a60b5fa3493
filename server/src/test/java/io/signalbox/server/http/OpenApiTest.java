package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.signalbox.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The description says of each answer what it is: real ones are held against it, with no field that it does not name. */
final class OpenApiTest {
    @TempDir
    Path directory = Path.of("");

    private TestServer server;
    private JsonNode document;

    @SuppressWarnings("NullAway.Init")
    OpenApiTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory.resolve("data"));
        document = json(server.get("/api/v1/openapi.json"));
        server.post(
                "/api/v1/publish",
                "{\"topic\":\"t/a\",\"payload\":\"x\",\"retain\":true,\"id\":\"1\",\"ttl\":60,"
                        + "\"kind\":\"command\",\"headers\":{\"h\":\"1\"},\"correlationBase64\":\"AAE=\",\"replyTo\":\"r\"}");
        server.send("PUT", "/api/v1/consumers/c", "{\"filters\":[\"t/#\"]}", null);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A schema of these, in which nothing may stand that it does not name. */
    private Schema closed(String pointer) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("$schema", SpecificationVersion.DRAFT_2020_12.getDialectId());
        root.put("$ref", pointer);
        root.put("unevaluatedProperties", false);
        root.set("components", document.get("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root);
    }

    private static void assertKeeps(Schema schema, JsonNode value, String what) {
        assertThat(schema.validate(value)).as(what + ": " + value).isEmpty();
    }

    private JsonNode operation(String method, String path) {
        return document.get("paths").get(path).get(method.toLowerCase(java.util.Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /health/live | /health/live | ",
                "GET | /health/ready | /health/ready | ",
                "GET | /health/durable | /health/durable | ",
                "GET | /health/transports | /health/transports | ",
                "POST | /api/v1/publish | /api/v1/publish | {\"topic\":\"t/b\"}",
                "GET | /api/v1/history | /api/v1/history?topic=t/a | ",
                "PUT | /api/v1/consumers/{name} | /api/v1/consumers/c | {\"filters\":[{\"filter\":\"t/#\"}]}",
                "POST | /api/v1/consumers/{name}/poll | /api/v1/consumers/c/poll | ",
                "POST | /api/v1/consumers/{name}/settle | /api/v1/consumers/c/settle"
                        + " | {\"settlements\":[{\"receipt\":\"1-a\",\"outcome\":\"accept\"}]}",
                "DELETE | /api/v1/consumers/{name} | /api/v1/consumers/c | ",
                "GET | /api/v1/stats | /api/v1/stats | ",
                "GET | /api/v1/ledger | /api/v1/ledger | ",
                "GET | /api/v1/clients | /api/v1/clients | ",
                "GET | /api/v1/clients/{name} | /api/v1/clients/http:c | ",
                "DELETE | /api/v1/clients/{name} | /api/v1/clients/http:c | ",
                "GET | /api/v1/topics | /api/v1/topics | ",
                "POST | /api/v1/admin/reload | /api/v1/admin/reload | ",
                "GET | /api/v1/dead-letters | /api/v1/dead-letters | ",
                "DELETE | /api/v1/dead-letters | /api/v1/dead-letters?all=true | ",
            })
    void anAnswerIsWhatTheDescriptionSays(String method, String path, String uri, String body) throws Exception {
        HttpResponse<String> answer = server.send(method, uri, body, null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode operation = operation(method, path);
        String pointer = operation
                .at("/responses/200/content/application~1json/schema/$ref")
                .asString();
        assertThat(pointer).startsWith("#/components/schemas/");
        assertKeeps(closed(pointer), json(answer), method + " " + uri);
        if (body != null) {
            String asked = operation
                    .at("/requestBody/content/application~1json/schema/$ref")
                    .asString();
            assertKeeps(closed(asked), JsonMapper.shared().readTree(body), "body of " + method + " " + uri);
        }
    }

    @Test
    void messagesAreWhatTheDescriptionSaysWhereverTheyStand() throws Exception {
        Schema message = closed("#/components/schemas/Message");
        List<JsonNode> messages = new ArrayList<>();
        json(server.get("/api/v1/history?topic=t/a")).get("messages").forEach(messages::add);
        server.get("/api/v1/replay?filter=t/%23")
                .body()
                .lines()
                .forEach(line -> messages.add(JsonMapper.shared().readTree(line)));
        try (EventReader events = EventReader.open(server, "filter=t/%23&from=all", null)) {
            messages.add(events.take(1).getFirst().data());
        }
        assertThat(messages).hasSize(3).allSatisfy(m -> assertKeeps(message, m, "message"));
        Schema polled = closed("#/components/schemas/Polled/properties/messages/items");
        server.post("/api/v1/publish", "{\"topic\":\"t/a\",\"payload\":\"y\"}");
        JsonNode delivered = json(server.send("POST", "/api/v1/consumers/c/poll?wait=30s", null, null))
                .get("messages");
        assertThat(delivered).isNotEmpty().allSatisfy(m -> assertKeeps(polled, m, "polled"));
    }

    @Test
    void aRefusalIsWhatTheDescriptionSays() throws Exception {
        Schema problem = closed("#/components/schemas/Problem");
        for (String uri : List.of("/api/v1/history", "/api/v1/history?topic=a%23b", "/nowhere", "/api/v1/clients/x")) {
            assertKeeps(problem, json(server.get(uri)), uri);
        }
    }

    /** Every media type and schema of a body is really taken, and every media type of an answer really given. */
    @Test
    void otherMediaTypesAreAsDescribed() throws Exception {
        assertThat(mediaTypes("POST", "/api/v1/publish/batch")).containsExactly("application/x-ndjson");
        assertThat(mediaTypes("POST", "/api/v1/events"))
                .containsExactly("application/cloudevents+json", "application/cloudevents-batch+json", "*/*");
        for (Map.Entry<String, String> each : Map.of(
                        "/api/v1/replay?filter=t/a",
                        "application/x-ndjson",
                        "/api/v1/subscribe?filter=t/a",
                        "text/event-stream",
                        "/metrics",
                        "text/plain")
                .entrySet()) {
            HttpResponse<String> answer = server.send("HEAD", each.getKey(), null, null);
            assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(each.getValue());
            assertThat(operation("GET", each.getKey().split("[?]")[0])
                            .at("/responses/200/content")
                            .propertyNames())
                    .singleElement()
                    .satisfies(type -> assertThat(type).startsWith(each.getValue()));
        }
    }

    private List<String> mediaTypes(String method, String path) {
        return List.copyOf(operation(method, path).at("/requestBody/content").propertyNames());
    }

    /** The schemas are schemas: the library would take a misspelt keyword for none. */
    @Test
    void theSchemasAreSchemas() {
        Schema meta = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));
        document.at("/components/schemas")
                .properties()
                .forEach(schema -> assertKeeps(meta, schema.getValue(), schema.getKey()));
    }
}
