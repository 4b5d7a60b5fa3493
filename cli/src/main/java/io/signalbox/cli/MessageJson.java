package io.signalbox.cli;

import io.signalbox.cli.link.Incoming;
import io.signalbox.cli.link.PublishProperties;
import io.signalbox.cli.link.UserProperty;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message that arrived, as JSON. */
final class MessageJson {
    private static final DateTimeFormatter MOSQUITTO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSZ", Locale.ROOT);

    private MessageJson() {}

    /** With the names of the HTTP API. */
    static String all(Incoming message, ZonedDateTime received) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("received", received.toInstant().truncatedTo(ChronoUnit.MICROS).toString());
        json.put("topic", message.topic());
        putPayload(json, message.payload());
        json.put("qos", message.qos());
        json.put("retain", message.retain());
        PublishProperties properties = message.properties();
        if (properties.expirySeconds() >= 0) {
            json.put("ttl", properties.expirySeconds());
        }
        byte[] correlation = properties.correlation();
        put(json, "contentType", properties.contentType());
        put(json, "replyTo", properties.responseTopic());
        put(
                json,
                "correlationBase64",
                correlation == null ? null : Base64.getEncoder().encodeToString(correlation));
        put(json, "utf8", properties.utf8());
        if (!properties.user().isEmpty()) {
            json.put("headers", pairs(properties.user()));
        }
        return Json.text(json);
    }

    /** As mosquitto_sub prints it for %j, or for %J, where a payload that is JSON is not quoted. */
    static String mosquitto(Incoming message, ZonedDateTime received, boolean raw) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("tst", MOSQUITTO_TIME.format(received));
        json.put("topic", message.topic());
        json.put("qos", message.qos());
        json.put("retain", message.retain() ? 1 : 0);
        json.put("payloadlen", message.payload().length);
        String payload = new String(message.payload(), StandardCharsets.UTF_8);
        if (raw && Json.isValid(payload)) {
            String head = Json.text(json);
            return head.substring(0, head.length() - 1) + ",\"payload\":" + payload.strip() + "}";
        }
        json.put("payload", payload);
        return Json.text(json);
    }

    private static List<Map<String, String>> pairs(List<UserProperty> properties) {
        return properties.stream()
                .map(property -> {
                    Map<String, String> pair = new LinkedHashMap<>();
                    pair.put("name", property.name());
                    pair.put("value", property.value());
                    return pair;
                })
                .toList();
    }

    private static void put(Map<String, @Nullable Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    /** As text where it is UTF-8, else in Base64. */
    static void putPayload(Map<String, @Nullable Object> json, byte[] payload) {
        try {
            json.put(
                    "payload",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (CharacterCodingException binary) {
            json.put("payloadBase64", Base64.getEncoder().encodeToString(payload));
        }
    }
}
