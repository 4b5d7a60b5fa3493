package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.server.TestServer;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The document is held against the JSON Schema that the AsyncAPI initiative publishes (see the file's licence). */
final class AsyncApiTest {
    @TempDir
    Path directory = Path.of("");

    private static Schema official() throws Exception {
        try (InputStream in = AsyncApiTest.class.getResourceAsStream("asyncapi-3.0.0.json")) {
            JsonNode schema = JsonMapper.shared().readTree(Objects.requireNonNull(in));
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(schema);
        }
    }

    private static JsonNode valid(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode document = json(answer);
        assertThat(official().validate(document)).as(answer.body()).isEmpty();
        for (JsonNode operation : document.get("operations")) {
            assertThat(document.at(operation.at("/channel/$ref").asString().substring(1))
                            .isObject())
                    .isTrue();
        }
        for (JsonNode channel : document.get("channels")) {
            for (JsonNode message : channel.path("messages")) {
                assertThat(document.at(message.get("$ref").asString().substring(1))
                                .isObject())
                        .isTrue();
            }
        }
        return document;
    }

    private static void publish(TestServer server, @Nullable String user, String topic, String more) throws Exception {
        HttpResponse<String> answer = server.send(
                "POST", "/api/v1/publish", "{\"topic\":\"" + topic + "\",\"payload\":\"secret\"" + more + "}", user);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** A check that takes everything would show nothing. */
    @Test
    void theSchemaRefusesWhatIsNoAsyncApi() throws Exception {
        ObjectNode document = JsonMapper.shared().createObjectNode();
        document.put("asyncapi", "3.0.0");
        assertThat(official().validate(document)).isNotEmpty();
        document.putObject("info").put("title", "t").put("version", "1");
        assertThat(official().validate(document)).isEmpty();
        document.putObject("operations").putObject("o").put("action", "shout");
        assertThat(official().validate(document)).isNotEmpty();
    }

    @Test
    void topicsAndTheTypesOfTheirMessagesAreDescribed() throws Exception {
        try (TestServer server =
                TestServer.start(directory.resolve("data"), "amqp.enabled", "true", "amqp.port", "0")) {
            assertThat(valid(server.get("/api/v1/asyncapi.json")).get("channels"))
                    .isEmpty();
            String order = ",\"schemaName\":\"Order\",\"schemaVersion\":\"2\",\"contentType\":\"application/json\"";
            publish(server, null, "shop/orders", order);
            publish(server, null, "shop/orders", order);
            publish(server, null, "shop/orders", ",\"schemaName\":\"Cancel\",\"kind\":\"command\"");
            publish(server, null, "shop/orders/ü 1~", order);
            publish(server, null, "shop_orders", ",\"contentType\":\"" + "t".repeat(1_000) + "\"");
            publish(server, null, "plain", "");
            HttpResponse<String> answer = server.get("/api/v1/asyncapi.json");
            JsonNode document = valid(answer);
            assertThat(answer.body()).doesNotContain("secret").doesNotContain("t".repeat(300));
            assertThat(document.get("channels")
                            .valueStream()
                            .map(c -> c.get("address").asString()))
                    .containsExactlyInAnyOrder("shop/orders", "shop/orders/ü 1~", "shop_orders", "plain");
            assertThat(document.at("/channels/shop_orders/messages").propertyNames())
                    .as("of shop/orders, which comes first")
                    .containsExactlyInAnyOrder("Order_2", "Cancel_command");
            assertThat(document.at("/components/messages/Order_2/contentType").asString())
                    .isEqualTo("application/json");
            assertThat(document.get("operations").propertyNames())
                    .contains("send.plain", "receive.plain", "send.shop_orders_2");
            assertThat(document.at("/servers/mqtt/host").asString())
                    .isEqualTo("127.0.0.1:" + server.server().ports().mqtt());
            assertThat(document.get("servers").propertyNames()).containsExactly("mqtt", "amqp", "http");
            assertThat(document.get("x-complete").asBoolean()).isTrue();
        }
    }

    @Test
    void theNumberOfTopicsIsBoundedAndSaid() throws Exception {
        try (TestServer server = TestServer.start(directory.resolve("data"))) {
            for (int i = 0; i < 12; i++) {
                publish(server, null, "many/" + i, "");
            }
            JsonNode some = valid(server.get("/api/v1/asyncapi.json?filter=many/%23&limit=5"));
            assertThat(some.get("channels").size()).isEqualTo(5);
            assertThat(some.get("x-complete").asBoolean()).isFalse();
            assertThat(valid(server.get("/api/v1/asyncapi.json?limit=12"))
                            .get("x-complete")
                            .asBoolean())
                    .isTrue();
            assertThat(server.get("/api/v1/asyncapi.json?limit=1001").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void whoAsksHearsOfWhatHeMayUseAlone() throws Exception {
        Path passwords = directory.resolve("passwords");
        Path permissions = directory.resolve("permissions");
        for (String user : List.of("writer", "reader", "nobody")) {
            new PasswordFileEditor(passwords, new Argon2Cost(8, 1, 1))
                    .put(user, user.substring(0, 1).getBytes(StandardCharsets.US_ASCII));
        }
        Files.writeString(permissions, """
                allow user:writer publish a/#
                allow user:writer publish b/#
                allow user:reader subscribe a/#
                deny user:reader subscribe a/secret
                end
                """);
        try (TestServer server = TestServer.start(
                directory.resolve("data"),
                "security.password-file",
                passwords.toString(),
                "security.permission-file",
                permissions.toString())) {
            for (String topic : List.of("a/open", "a/secret", "b/x")) {
                publish(server, "writer:w", topic, ",\"schemaName\":\"Type-" + topic.replace('/', '-') + "\"");
            }
            assertThat(server.get("/api/v1/asyncapi.json").statusCode()).isEqualTo(401);
            HttpResponse<String> reader = server.send("GET", "/api/v1/asyncapi.json", null, "reader:r");
            JsonNode readers = valid(reader);
            assertThat(readers.get("operations").propertyNames()).containsExactly("receive.a_open");
            assertThat(readers.at("/components/messages").propertyNames()).containsExactly("Type-a-open");
            assertThat(reader.body()).doesNotContain("secret").doesNotContain("b/x");
            HttpResponse<String> writer = server.send("GET", "/api/v1/asyncapi.json", null, "writer:w");
            assertThat(valid(writer).get("operations").propertyNames())
                    .containsExactly("send.a_open", "send.a_secret", "send.b_x");
            assertThat(writer.body())
                    .as("whoever may not read a topic does not hear what is in its messages")
                    .doesNotContain("Type-");
            assertThat(valid(server.send("GET", "/api/v1/asyncapi.json", null, "nobody:n"))
                            .get("channels"))
                    .isEmpty();
        }
    }
}
