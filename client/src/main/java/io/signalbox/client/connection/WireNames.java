package io.signalbox.client.connection;

/** User properties by which MQTT clients and Signalbox say what MQTT has no field for (docs/mqtt.md). */
public final class WireNames {
    public static final String PRIORITY = "sb-priority";
    public static final String IDEMPOTENCY_KEY = "sb-idempotency-key";
    public static final String ORDERING_KEY = "sb-ordering-key";
    public static final String ID = "sb-id";
    public static final String KIND = "sb-kind";
    public static final String FROM = "sb-from";
    public static final String TO = "sb-to";
    public static final String CAUSATION_ID = "sb-causation-id";
    public static final String SCHEMA = "sb-schema";
    public static final String SCHEMA_VERSION = "sb-schema-version";
    public static final String CONTENT_ENCODING = "sb-content-encoding";
    public static final String TRACEPARENT = "traceparent";

    /** Epoch milliseconds of a message's making; of one that expires the server takes the time of its arrival. */
    public static final String TIMESTAMP = "sb-timestamp";

    /** In a CONNECT, {@code 1}: deliveries shall say it; first in a PUBLISH: the message's number in the server's log. */
    static final String SEQUENCE = "sb-sequence";

    /** In a SUBSCRIBE: how fast the past goes by. */
    public static final String SPEED = "sb-speed";

    /** In a CONNACK or DISCONNECT: milliseconds before the next try. */
    static final String RETRY_AFTER = "sb-retry-after";

    private WireNames() {}
}
