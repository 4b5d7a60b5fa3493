package io.signalbox.server.http;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.StoredMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A message as JSON, both ways. A payload that is UTF-8 is {@code payload}, any other {@code payloadBase64}. */
final class MessageJson {
    private static final int HEADERS_MAX = 256;
    private static final long TTL_SECONDS_MAX = 0xFFFF_FFFFL;
    private static final String KNOWN =
            "topic, payload, payloadBase64, qos, retain, priority, timestamp, ttl, id, kind, from, to,"
                    + " replyTo, correlationBase64, causationId, traceparent, orderingKey, idempotencyKey, schemaName,"
                    + " schemaVersion, contentType, contentEncoding, headers";

    private MessageJson() {}

    static Map<String, Object> show(StoredMessage stored, boolean nativeSyntax) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sequence", stored.sequence());
        json.put("time", stored.timeMillis());
        json.putAll(show(stored.message(), nativeSyntax));
        return json;
    }

    static Map<String, Object> show(Message message, boolean nativeSyntax) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(
                "topic",
                nativeSyntax ? message.topic().nativeText() : message.topic().text());
        String text = text(message.payload());
        if (text != null) {
            json.put("payload", text);
        } else {
            json.put("payloadBase64", Base64.getEncoder().encodeToString(message.payload()));
        }
        json.put("qos", message.guarantee().qos());
        json.put("retain", message.retain());
        json.put("priority", message.priority());
        if (message.timestampMillis() > 0) {
            json.put("timestamp", message.timestampMillis());
        }
        if (message.ttlMillis() > 0) {
            json.put("ttl", message.ttlMillis() / 1_000);
        }
        MessageProperties p = message.properties();
        put(json, "id", p.id());
        if (p.kind() != MessageKind.EVENT) {
            json.put("kind", p.kind().name().toLowerCase(Locale.ROOT));
        }
        put(json, "from", p.from());
        put(json, "to", p.to());
        put(json, "replyTo", p.replyTo());
        byte[] correlation = p.correlation();
        put(
                json,
                "correlationBase64",
                correlation == null ? null : Base64.getEncoder().encodeToString(correlation));
        put(json, "causationId", p.causationId());
        put(json, "traceparent", p.traceparent());
        put(json, "orderingKey", p.orderingKey());
        put(json, "idempotencyKey", p.idempotencyKey());
        put(json, "schemaName", p.schemaName());
        put(json, "schemaVersion", p.schemaVersion());
        put(json, "contentType", p.contentType());
        put(json, "contentEncoding", p.contentEncoding());
        if (!p.headers().isEmpty()) {
            List<Map<String, String>> headers = new ArrayList<>();
            p.headers().forEach((name, value) -> headers.add(Map.of("name", name, "value", value)));
            json.put("headers", headers);
        }
        return json;
    }

    private static void put(Map<String, Object> json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
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

    /** As it is delivered. @param sequence 0: it was not logged */
    static Map<String, Object> show(long sequence, Message message, boolean nativeSyntax) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (sequence > 0) {
            json.put("sequence", sequence);
        }
        json.putAll(show(message, nativeSyntax));
        return json;
    }

    /**
     * @param request that says how its topics are written
     * @throws HttpProblem or SignalboxException naming the field that is wrong
     */
    static Message read(Request request, byte[] document, long nowMillis) {
        JsonFields fields = new JsonFields(Json.read(document), "the message");
        Topic topic = request.topic(fields.requiredText("topic"));
        MessageProperties properties = properties(fields, request);
        long timestampMillis = fields.number("timestamp", nowMillis, 0, Long.MAX_VALUE);
        long ttlMillis = fields.number("ttl", 0, 0, TTL_SECONDS_MAX) * 1_000;
        Message message = Message.to(topic)
                .payload(payload(fields))
                .guarantee(Guarantee.ofQos((int) fields.number("qos", 1, 0, 2)))
                .retain(fields.flag("retain"))
                .priority((int) fields.number("priority", Message.PRIORITY_DEFAULT, 0, Message.PRIORITY_MAX))
                // A life time is counted from now, whatever the clock of its publisher says.
                .timestampMillis(ttlMillis > 0 ? nowMillis : timestampMillis)
                .ttlMillis(ttlMillis)
                .properties(properties)
                .build();
        fields.done(KNOWN);
        return message;
    }

    private static byte[] payload(JsonFields fields) {
        String text = fields.text("payload");
        String base64 = fields.text("payloadBase64");
        if (text != null && base64 != null) {
            throw JsonFields.bad("'payload' and 'payloadBase64' are both there; send one of them");
        }
        if (base64 != null) {
            return base64("payloadBase64", base64);
        }
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] base64(String name, String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw JsonFields.bad("'" + name + "' is not Base64: " + e.getMessage());
        }
    }

    private static MessageProperties properties(JsonFields fields, Request request) {
        String replyTo = fields.text("replyTo");
        String correlation = fields.text("correlationBase64");
        String kind = fields.text("kind");
        return MessageProperties.builder()
                .id(fields.text("id"))
                .kind(kind == null ? MessageKind.EVENT : kind(kind))
                .from(fields.text("from"))
                .to(fields.text("to"))
                .replyTo(replyTo == null ? null : request.topic(replyTo).text())
                .correlation(correlation == null ? null : base64("correlationBase64", correlation))
                .causationId(fields.text("causationId"))
                .traceparent(fields.text("traceparent"))
                .orderingKey(fields.text("orderingKey"))
                .idempotencyKey(fields.text("idempotencyKey"))
                .schema(fields.text("schemaName"), fields.text("schemaVersion"))
                .contentType(fields.text("contentType"))
                .contentEncoding(fields.text("contentEncoding"))
                .headers(headers(fields.node("headers")))
                .build();
    }

    private static MessageKind kind(String text) {
        for (MessageKind kind : MessageKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
                return kind;
            }
        }
        throw JsonFields.bad("'kind' must be event, command, response or notification");
    }

    /** An object of texts, or a list of {@code {"name":..., "value":...}} when names repeat. */
    private static Headers headers(@Nullable JsonNode node) {
        if (node == null) {
            return Headers.NONE;
        }
        if (!node.isObject() && !node.isArray() || node.size() > HEADERS_MAX) {
            throw JsonFields.bad("'headers' must be an object, or a list of name and value, of at most " + HEADERS_MAX);
        }
        List<String> pairs = new ArrayList<>();
        if (node.isObject()) {
            node.properties().forEach(header -> {
                if (!header.getValue().isString()) {
                    throw JsonFields.bad("the values of 'headers' must be strings");
                }
                pairs.add(JsonFields.whole("headers", header.getKey()));
                pairs.add(JsonFields.whole("headers", header.getValue().asString()));
            });
        } else {
            for (JsonNode element : node) {
                JsonFields header = new JsonFields(element, "an element of 'headers'");
                pairs.add(header.requiredText("name"));
                pairs.add(header.requiredText("value"));
                header.done("name, value");
            }
        }
        return unreserved(Headers.of(pairs.toArray(String[]::new)));
    }

    /** @throws SignalboxException MALFORMED */
    static Headers unreserved(Headers headers) {
        headers.forEach((name, value) -> {
            if (name.startsWith("sb-")) {
                throw new SignalboxException(
                        ReasonCode.MALFORMED, "header names that begin with 'sb-' are reserved; rename the header");
            }
        });
        return headers;
    }
}
