package io.signalbox.client.http;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A message out of the JSON in which the HTTP API shows it. */
final class MessageReader {
    private MessageReader() {}

    static StoredMessage stored(JsonNode json) {
        long time = json.path("time").asLong();
        return new StoredMessage(json.path("sequence").asLong(), time, message(json, time));
    }

    static Message message(JsonNode json, long timeMillis) {
        String correlation = text(json, "correlationBase64");
        String kind = text(json, "kind");
        MessageProperties properties = MessageProperties.builder()
                .id(text(json, "id"))
                .kind(kind == null ? MessageKind.EVENT : kind(kind))
                .from(text(json, "from"))
                .to(text(json, "to"))
                .replyTo(text(json, "replyTo"))
                .correlation(correlation == null ? null : Base64.getDecoder().decode(correlation))
                .causationId(text(json, "causationId"))
                .traceparent(text(json, "traceparent"))
                .orderingKey(text(json, "orderingKey"))
                .idempotencyKey(text(json, "idempotencyKey"))
                .schema(text(json, "schemaName"), text(json, "schemaVersion"))
                .contentType(text(json, "contentType"))
                .contentEncoding(text(json, "contentEncoding"))
                .headers(headers(json.path("headers")))
                .build();
        return Message.to(Topic.ofMqtt(json.path("topic").asString()))
                .payload(payload(json))
                .guarantee(Guarantee.ofQos(json.path("qos").asInt(1)))
                .retain(json.path("retain").asBoolean(false))
                .priority(json.path("priority").asInt(Message.PRIORITY_DEFAULT))
                .timestampMillis(timeMillis)
                .ttlMillis(json.path("ttl").asLong(0) * 1_000)
                .properties(properties)
                .build();
    }

    private static byte[] payload(JsonNode json) {
        String base64 = text(json, "payloadBase64");
        return base64 != null
                ? Base64.getDecoder().decode(base64)
                : json.path("payload").asString("").getBytes(StandardCharsets.UTF_8);
    }

    private static Headers headers(JsonNode list) {
        List<String> pairs = new ArrayList<>();
        list.forEach(header -> {
            pairs.add(header.path("name").asString());
            pairs.add(header.path("value").asString());
        });
        return Headers.of(pairs.toArray(String[]::new));
    }

    private static MessageKind kind(String text) {
        for (MessageKind kind : MessageKind.values()) {
            if (kind.name().equalsIgnoreCase(text)) {
                return kind;
            }
        }
        return MessageKind.EVENT;
    }

    private static @Nullable String text(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value.asString();
    }
}
