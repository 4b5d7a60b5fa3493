package io.signalbox.systemtests.matrix;

import static io.signalbox.systemtests.matrix.Part.*;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a message's parts are called on a wire, or by an SDK: the table that the page has, and that senders and receivers
 * write and read by. A part without a name cannot be carried.
 */
enum Wire {
    MQTT_3("MQTT 3.1.1", Map.of(TOPIC, "Topic Name", PAYLOAD, "payload")),
    MQTT_5(
            "MQTT 5",
            names(
                    Map.entry(TOPIC, "Topic Name"),
                    Map.entry(PAYLOAD, "payload"),
                    Map.entry(ID, "sb-id"),
                    Map.entry(TYPE, "sb-schema"),
                    Map.entry(SCHEMA_VERSION, "sb-schema-version"),
                    Map.entry(KIND, "sb-kind"),
                    Map.entry(FROM, "sb-from"),
                    Map.entry(TO, "sb-to"),
                    Map.entry(REPLY_TO, "Response Topic"),
                    Map.entry(CORRELATION, "Correlation Data"),
                    Map.entry(CAUSATION, "sb-causation-id"),
                    Map.entry(TRACE, "traceparent"),
                    Map.entry(TIMESTAMP, "sb-timestamp"),
                    Map.entry(LIFE_TIME, "Message Expiry Interval"),
                    Map.entry(PRIORITY, "sb-priority"),
                    Map.entry(ORDERING_KEY, "sb-ordering-key"),
                    Map.entry(IDEMPOTENCY_KEY, "sb-idempotency-key"),
                    Map.entry(CONTENT_TYPE, "Content Type"),
                    Map.entry(CONTENT_ENCODING, "sb-content-encoding"),
                    Map.entry(HEADERS, "user properties"))),
    AMQP(
            "AMQP 1.0",
            names(
                    Map.entry(TOPIC, "to"),
                    Map.entry(PAYLOAD, "data"),
                    Map.entry(ID, "message-id"),
                    Map.entry(TYPE, "sb-schema"),
                    Map.entry(SCHEMA_VERSION, "sb-schema-version"),
                    Map.entry(KIND, "sb-kind"),
                    Map.entry(FROM, "sb-from"),
                    Map.entry(TO, "sb-to"),
                    Map.entry(REPLY_TO, "reply-to"),
                    Map.entry(CORRELATION, "correlation-id"),
                    Map.entry(CAUSATION, "sb-causation-id"),
                    Map.entry(TRACE, "traceparent"),
                    Map.entry(TIMESTAMP, "creation-time"),
                    Map.entry(LIFE_TIME, "ttl"),
                    Map.entry(PRIORITY, "priority"),
                    Map.entry(ORDERING_KEY, "group-id"),
                    Map.entry(IDEMPOTENCY_KEY, "sb-idempotency-key"),
                    Map.entry(CONTENT_TYPE, "content-type"),
                    Map.entry(CONTENT_ENCODING, "content-encoding"),
                    Map.entry(HEADERS, "application properties, sb-order, sb-at-N"))),
    HTTP(
            "HTTP, JSON",
            names(
                    Map.entry(TOPIC, "topic"),
                    Map.entry(PAYLOAD, "payload, payloadBase64"),
                    Map.entry(ID, "id"),
                    Map.entry(TYPE, "schemaName"),
                    Map.entry(SCHEMA_VERSION, "schemaVersion"),
                    Map.entry(KIND, "kind"),
                    Map.entry(FROM, "from"),
                    Map.entry(TO, "to"),
                    Map.entry(REPLY_TO, "replyTo"),
                    Map.entry(CORRELATION, "correlationBase64"),
                    Map.entry(CAUSATION, "causationId"),
                    Map.entry(TRACE, "traceparent"),
                    Map.entry(TIMESTAMP, "timestamp"),
                    Map.entry(LIFE_TIME, "ttl"),
                    Map.entry(PRIORITY, "priority"),
                    Map.entry(ORDERING_KEY, "orderingKey"),
                    Map.entry(IDEMPOTENCY_KEY, "idempotencyKey"),
                    Map.entry(CONTENT_TYPE, "contentType"),
                    Map.entry(CONTENT_ENCODING, "contentEncoding"),
                    Map.entry(HEADERS, "headers"))),
    CLOUD_EVENTS(
            "CloudEvents",
            names(
                    Map.entry(TOPIC, "subject"),
                    Map.entry(PAYLOAD, "data"),
                    Map.entry(ID, "id"),
                    Map.entry(TYPE, "type"),
                    Map.entry(SCHEMA_VERSION, "sbschemaversion"),
                    Map.entry(KIND, "sbkind"),
                    Map.entry(FROM, "source"),
                    Map.entry(TO, "sbto"),
                    Map.entry(REPLY_TO, "sbreplyto"),
                    Map.entry(CORRELATION, "correlationid, sbcorrelation64"),
                    Map.entry(CAUSATION, "causationid"),
                    Map.entry(TRACE, "traceparent"),
                    Map.entry(TIMESTAMP, "time"),
                    Map.entry(LIFE_TIME, "sbttl"),
                    Map.entry(PRIORITY, "sbpriority"),
                    Map.entry(ORDERING_KEY, "partitionkey"),
                    Map.entry(IDEMPOTENCY_KEY, "sbidempotencykey"),
                    Map.entry(CONTENT_TYPE, "datacontenttype"),
                    Map.entry(CONTENT_ENCODING, "sbcontentencoding"),
                    Map.entry(HEADERS, "sbheaders"))),
    JAVA_SDK(
            "Java SDK",
            names(
                    Map.entry(TOPIC, "topic"),
                    Map.entry(PAYLOAD, "payload"),
                    Map.entry(ID, "id"),
                    Map.entry(TYPE, "schemaName"),
                    Map.entry(SCHEMA_VERSION, "schemaVersion"),
                    Map.entry(KIND, "kind"),
                    Map.entry(FROM, "from"),
                    Map.entry(TO, "to"),
                    Map.entry(REPLY_TO, "replyTo"),
                    Map.entry(CORRELATION, "correlation"),
                    Map.entry(CAUSATION, "causationId"),
                    Map.entry(TRACE, "traceparent"),
                    Map.entry(TIMESTAMP, "timestampMillis"),
                    Map.entry(LIFE_TIME, "ttlMillis"),
                    Map.entry(PRIORITY, "priority"),
                    Map.entry(ORDERING_KEY, "orderingKey"),
                    Map.entry(IDEMPOTENCY_KEY, "idempotencyKey"),
                    Map.entry(CONTENT_TYPE, "contentType"),
                    Map.entry(CONTENT_ENCODING, "contentEncoding"),
                    Map.entry(HEADERS, "headers"))),
    JAVASCRIPT_SDK(
            "JavaScript SDK",
            names(
                    Map.entry(TOPIC, "topic"),
                    Map.entry(PAYLOAD, "payload"),
                    Map.entry(ID, "id"),
                    Map.entry(TYPE, "sb-schema"),
                    Map.entry(SCHEMA_VERSION, "sb-schema-version"),
                    Map.entry(KIND, "sb-kind"),
                    Map.entry(FROM, "from"),
                    Map.entry(TO, "sb-to"),
                    Map.entry(REPLY_TO, "replyTo"),
                    Map.entry(CORRELATION, "correlationId, correlation"),
                    Map.entry(CAUSATION, "sb-causation-id"),
                    Map.entry(TRACE, "traceparent"),
                    Map.entry(TIMESTAMP, "sb-timestamp"),
                    Map.entry(LIFE_TIME, "ttlSeconds"),
                    Map.entry(PRIORITY, "priority, sb-priority"),
                    Map.entry(ORDERING_KEY, "orderingKey, sb-ordering-key"),
                    Map.entry(IDEMPOTENCY_KEY, "idempotencyKey"),
                    Map.entry(CONTENT_TYPE, "contentType"),
                    Map.entry(CONTENT_ENCODING, "sb-content-encoding"),
                    Map.entry(HEADERS, "headers")));

    private final String title;
    private final Map<Part, String> names;

    Wire(String title, Map<Part, String> names) {
        this.title = title;
        this.names = names;
    }

    @SafeVarargs
    private static Map<Part, String> names(Map.Entry<Part, String>... entries) {
        Map<Part, String> names = new EnumMap<>(Part.class);
        for (Map.Entry<Part, String> entry : entries) {
            names.put(entry.getKey(), entry.getValue());
        }
        return names;
    }

    boolean carries(Part part) {
        return names.containsKey(part);
    }

    /** Headers of several names have no order among each other there: they are the members of an object. */
    boolean groupsHeaders() {
        return this == JAVASCRIPT_SDK;
    }

    String name(Part part) {
        String name = names.get(part);
        if (name == null) {
            throw new IllegalArgumentException(title + " has no place for " + part);
        }
        return name;
    }

    /** The table of the page. */
    static String markdown() {
        StringBuilder table = new StringBuilder("|");
        List<Wire> wires = List.of(values());
        wires.forEach(wire -> table.append(" | ").append(wire.title));
        table.append(" |\n|").append(" --- |".repeat(wires.size() + 1)).append('\n');
        for (Part part : Part.values()) {
            table.append("| ").append(part.words());
            for (Wire wire : wires) {
                table.append(" | ").append(wire.carries(part) ? code(wire.name(part)) : "–");
            }
            table.append(" |\n");
        }
        return table.toString();
    }

    private static String code(String names) {
        return "`" + names.replace(", ", "`, `") + "`";
    }
}
