package io.signalbox.systemtests.applications;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One on the SDK for JavaScript, in a process of Node.js. */
final class JavaScriptApplication implements Application {
    private static final String CONTEXT = "context ";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Node node;
    private final int number;

    JavaScriptApplication(Place place, String uuid, String name, Terms terms) {
        node = place.node();
        number = node.nextApplication();
        JsonNode unused = node.call(
                number,
                "open",
                Map.of(
                        "url",
                        place.url(),
                        "api",
                        place.api(),
                        "identity",
                        Map.of("uuid", uuid, "name", name),
                        "sessionExpirySeconds",
                        terms.grace().toSeconds(),
                        "keepAliveSeconds",
                        terms.heartbeat().toSeconds()));
    }

    private JsonNode call(String name, @Nullable Object... arguments) {
        return node.call(number, name, arguments);
    }

    private static <T> T as(JsonNode json, TypeReference<T> type) {
        return JSON.convertValue(json, type);
    }

    private List<String> texts(String name, Object... arguments) {
        return as(call(name, arguments), new TypeReference<>() {});
    }

    @Override
    public void connect() {
        call("connect");
    }

    @Override
    public boolean connected() {
        return call("connected").asBoolean();
    }

    @Override
    public void subscribe(String source, String topic, @Nullable String from) {
        call("subscribe", source, topic, from);
    }

    @Override
    public void unsubscribe(String source, String topic) {
        call("unsubscribe", source, topic);
    }

    @Override
    public void publish(String topic, Object message, @Nullable String correlationId) {
        call("publish", topic, message, correlationId);
    }

    @Override
    public void put(String topic, Object message) {
        call("put", topic, message);
    }

    @Override
    public void send(String to, String topic, Object message) {
        call("send", to, topic, message);
    }

    @Override
    public Object request(String topic, Object question) {
        return as(call("request", topic, question), new TypeReference<>() {});
    }

    @Override
    public void respond(String topic) {
        call("respond", topic);
    }

    @Override
    public List<String> heard() {
        return node.heard(number).stream()
                .filter(line -> !line.startsWith(CONTEXT))
                .toList();
    }

    @Override
    public List<Map<String, Object>> contexts() {
        return node.heard(number).stream()
                .filter(line -> line.startsWith(CONTEXT))
                .map(line ->
                        JSON.readValue(line.substring(CONTEXT.length()), new TypeReference<Map<String, Object>>() {}))
                .toList();
    }

    @Override
    public List<String> history(String topic, int last) {
        return texts("history", topic, last);
    }

    @Override
    public List<String> replay(String topic, String from) {
        return texts("replay", topic, from);
    }

    @Override
    public List<String> deadLetters() {
        return texts("deadLetters");
    }

    @Override
    public Map<String, Long> figures() {
        return as(call("figures"), new TypeReference<>() {});
    }

    @Override
    public List<String> applications() {
        return texts("applications");
    }

    @Override
    public void close() {
        call("close");
    }
}
