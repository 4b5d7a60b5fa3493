package io.signalbox.cli.link;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Messages as the HTTP API has them in JSON. */
final class HttpMessages {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final long SECOND_MILLIS = 1_000;

    private HttpMessages() {}

    /** @throws io.signalbox.error.SignalboxException a header has a value that it cannot have */
    static String document(Outgoing from) {
        Message message = Envelope.message(from, Topic.ofMqtt(from.topic()));
        MessageProperties known = message.properties();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("topic", message.topic().text());
        String text = text(message.payload());
        json.put(text == null ? "payloadBase64" : "payload", text == null ? base64(message.payload()) : text);
        json.put("qos", message.guarantee().qos());
        json.put("retain", message.retain());
        json.put("priority", message.priority());
        if (message.ttlMillis() > 0) {
            json.put("ttl", Math.max(1, message.ttlMillis() / SECOND_MILLIS));
        }
        if (message.timestampMillis() > 0) {
            json.put("timestamp", message.timestampMillis());
        }
        json.put("kind", known.kind().name().toLowerCase(Locale.ROOT));
        byte[] correlation = known.correlation();
        put(json, "correlationBase64", correlation == null ? null : base64(correlation));
        put(json, "id", known.id());
        put(json, "from", known.from());
        put(json, "to", known.to());
        put(json, "replyTo", known.replyTo());
        put(json, "causationId", known.causationId());
        put(json, "traceparent", known.traceparent());
        put(json, "orderingKey", known.orderingKey());
        put(json, "idempotencyKey", known.idempotencyKey());
        put(json, "schemaName", known.schemaName());
        put(json, "schemaVersion", known.schemaVersion());
        put(json, "contentType", known.contentType());
        put(json, "contentEncoding", known.contentEncoding());
        ArrayNode headers = json.putArray("headers");
        known.headers()
                .forEach((name, value) -> headers.addObject().put("name", name).put("value", value));
        return MAPPER.writeValueAsString(json);
    }

    /** @throws tools.jackson.core.JacksonException it is no JSON */
    static Incoming incoming(String document) {
        return incoming(MAPPER.readTree(document), () -> {});
    }

    static Incoming incoming(JsonNode json, Runnable acknowledge) {
        String kind = text(json, "kind");
        String correlation = text(json, "correlationBase64");
        String payload = text(json, "payload");
        Message.Builder message = Message.to(Topic.ofMqtt(json.path("topic").asString("")))
                .payload(
                        payload == null
                                ? Base64.getDecoder()
                                        .decode(json.path("payloadBase64").asString(""))
                                : payload.getBytes(StandardCharsets.UTF_8))
                .guarantee(Guarantee.ofQos(Math.clamp(json.path("qos").asInt(1), 0, 2)))
                .retain(json.path("retain").asBoolean(false))
                .priority(Math.clamp(json.path("priority").asInt(Message.PRIORITY_DEFAULT), 0, Message.PRIORITY_MAX))
                .ttlMillis(json.path("ttl").asLong(0) * SECOND_MILLIS)
                .timestampMillis(json.path("timestamp").asLong(0))
                .properties(MessageProperties.builder()
                        .id(text(json, "id"))
                        .kind(kind == null ? MessageKind.EVENT : MessageKind.valueOf(kind.toUpperCase(Locale.ROOT)))
                        .from(text(json, "from"))
                        .to(text(json, "to"))
                        .replyTo(text(json, "replyTo"))
                        .correlation(
                                correlation == null ? null : Base64.getDecoder().decode(correlation))
                        .causationId(text(json, "causationId"))
                        .traceparent(text(json, "traceparent"))
                        .orderingKey(text(json, "orderingKey"))
                        .idempotencyKey(text(json, "idempotencyKey"))
                        .schema(text(json, "schemaName"), text(json, "schemaVersion"))
                        .contentType(text(json, "contentType"))
                        .contentEncoding(text(json, "contentEncoding"))
                        .headers(headers(json.path("headers")))
                        .build());
        return Envelope.incoming(message.build(), acknowledge);
    }

    private static Headers headers(JsonNode list) {
        List<String> pairs = new ArrayList<>();
        for (JsonNode header : list) {
            pairs.add(header.path("name").asString(""));
            pairs.add(header.path("value").asString(""));
        }
        return Headers.of(pairs.toArray(String[]::new));
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.path(name).isString() ? json.path(name).asString() : null;
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static @Nullable String text(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
