package io.signalbox.message.envelope;

/**
 * What the parts of a message are called where an engine carries names and values. Part of the wire contract: names are
 * added, never changed. A part that has its default value is not written.
 */
public final class FieldNames {
    /** Prefix of all names that are not the publisher's own. */
    public static final String RESERVED = "sb-";

    /** Canonical text, levels separated by a slash. The only field that is always written. */
    public static final String TOPIC = "sb-topic";

    /** 0, 1 or 2; without it 1. */
    public static final String QOS = "sb-qos";

    /** {@code true} or absent. */
    public static final String RETAIN = "sb-retain";

    /** 0 to 9; without it 4. */
    public static final String PRIORITY = "sb-priority";

    /** Epoch milliseconds; read as an ISO-8601 instant too. */
    public static final String TIMESTAMP = "sb-timestamp";

    /** Milliseconds from the timestamp on. */
    public static final String TTL = "sb-ttl";

    public static final String ID = "sb-id";

    /** {@code command}, {@code response}, {@code notification}; without it {@code event}. */
    public static final String KIND = "sb-kind";

    public static final String FROM = "sb-from";
    public static final String TO = "sb-to";
    public static final String REPLY_TO = "sb-reply-to";

    /** The correlation's bytes, if they are text. */
    public static final String CORRELATION = "sb-correlation";

    /** The correlation's bytes, if they are not. */
    public static final String CORRELATION_BASE64 = "sb-correlation-base64";

    public static final String CAUSATION_ID = "sb-causation-id";

    /** The name that W3C Trace Context gives it, so that tracing tools find it. */
    public static final String TRACEPARENT = "traceparent";

    public static final String ORDERING_KEY = "sb-ordering-key";
    public static final String IDEMPOTENCY_KEY = "sb-idempotency-key";
    public static final String SCHEMA = "sb-schema";
    public static final String SCHEMA_VERSION = "sb-schema-version";
    public static final String CONTENT_TYPE = "content-type";
    public static final String CONTENT_ENCODING = "content-encoding";

    /** {@code true}: the payload is known to be UTF-8 text; or absent. */
    public static final String UTF8 = "sb-utf8";

    /** Prefix for a header of the publisher's whose own name is one of these names or reserved. */
    public static final String OWN = "sb-own-";

    /** Names of all headers in their order, joined by {@code &}, {@code %} and {@code &} in them as %25 and %26. */
    public static final String ORDER = "sb-order";

    /** Prefix, followed by its place in the order: a header that a map cannot hold under its own name. */
    public static final String AT = "sb-at-";

    private FieldNames() {}

    /** Names of the envelope that do not have the prefix, because others know them by these. */
    static boolean isTaken(String name) {
        return name.startsWith(RESERVED)
                || name.equals(TRACEPARENT)
                || name.equals(CONTENT_TYPE)
                || name.equals(CONTENT_ENCODING);
    }
}
