package io.signalbox.gateway.mqtt.publish;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.mqtt.frame.UserProperties;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * User properties by which MQTT clients say what MQTT has no field for. The names below are the wire's; all others are
 * the application's headers, kept in their order.
 */
public final class SignalboxProperties {
    public static final String PRIORITY = "sb-priority";
    public static final String IDEMPOTENCY_KEY = "sb-idempotency-key";
    public static final String ORDERING_KEY = "sb-ordering-key";
    public static final String ID = "sb-id";
    public static final String KIND = "sb-kind";

    /** Epoch milliseconds of the message's making; of a message that expires the time of its arrival is taken. */
    public static final String TIMESTAMP = "sb-timestamp";

    /**
     * In a CONNECT, {@code 1}: deliveries shall say the number that their message has in the log; there it is that number.
     */
    public static final String SEQUENCE = "sb-sequence";

    public static final String FROM = "sb-from";
    public static final String TO = "sb-to";
    public static final String CAUSATION_ID = "sb-causation-id";
    public static final String SCHEMA = "sb-schema";
    public static final String SCHEMA_VERSION = "sb-schema-version";
    public static final String CONTENT_ENCODING = "sb-content-encoding";

    /** W3C Trace Context, under the name that other software looks for. */
    public static final String TRACEPARENT = "traceparent";

    private SignalboxProperties() {}

    /**
     * @throws SignalboxException MALFORMED: a value is not one of its property's
     */
    public static void apply(MessageFields fields, Message.Builder message) {
        MessageProperties.Builder properties = fields.toProperties();
        UserProperties user = fields.userProperties();
        if (user != null) {
            List<String> headers = new ArrayList<>(2 * user.size());
            String schema = null;
            String schemaVersion = null;
            for (int i = 0; i < user.size(); i++) {
                String value = user.value(i);
                switch (user.name(i)) {
                    case PRIORITY -> message.priority(priority(value));
                    case IDEMPOTENCY_KEY -> properties.idempotencyKey(value);
                    case ORDERING_KEY -> properties.orderingKey(value);
                    case ID -> properties.id(value);
                    case KIND -> properties.kind(kind(value));
                    case TIMESTAMP -> message.timestampMillis(timestamp(value));
                    case FROM -> properties.from(value);
                    case TO -> properties.to(value);
                    case CAUSATION_ID -> properties.causationId(value);
                    case SCHEMA -> schema = value;
                    case SCHEMA_VERSION -> schemaVersion = value;
                    case CONTENT_ENCODING -> properties.contentEncoding(value);
                    case TRACEPARENT -> properties.traceparent(value);
                    case SEQUENCE -> {
                        // The server's to say: where it says none, a publisher's would be believed.
                    }
                    default -> {
                        headers.add(user.name(i));
                        headers.add(value);
                    }
                }
            }
            properties.schema(schema, schemaVersion);
            properties.headers(Headers.of(headers.toArray(String[]::new)));
        }
        message.properties(properties.build());
    }

    private static int priority(String value) {
        if (value.length() == 1 && value.charAt(0) >= '0' && value.charAt(0) <= '9') {
            return value.charAt(0) - '0';
        }
        throw new SignalboxException(
                ReasonCode.MALFORMED,
                PRIORITY + " is '" + shorten(value) + "'; it must be 0 to " + Message.PRIORITY_MAX);
    }

    private static long timestamp(String value) {
        try {
            long millis = Long.parseLong(value);
            if (millis >= 0) {
                return millis;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a time before 1970
        }
        throw new SignalboxException(
                ReasonCode.MALFORMED, TIMESTAMP + " is '" + shorten(value) + "'; it must be epoch milliseconds");
    }

    private static MessageKind kind(String value) {
        for (MessageKind kind : MessageKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(value)) {
                return kind;
            }
        }
        throw new SignalboxException(
                ReasonCode.MALFORMED,
                KIND + " is '" + shorten(value) + "'; it must be event, command, response or notification");
    }

    private static String shorten(String value) {
        return value.length() <= 40 ? value : value.substring(0, 37) + "...";
    }
}
