package io.signalbox.message.envelope;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes a message of names and values, in whichever form of {@link MessageFields} they came. Names that are not of the
 * envelope become headers, in the order of arrival. Not thread safe; one for each message.
 */
public final class FieldReader {
    private final Message.Builder message;

    // Most messages have a topic and nothing else: the rest is made when it is needed.
    private Collection<String> seen = new ArrayList<>(4);
    private @Nullable HeaderOrder headers;
    private MessageProperties.@Nullable Builder properties;
    private @Nullable String schema;
    private @Nullable String schemaVersion;
    private boolean hasTopic;

    /** A list is quicker to look through than a set while it is short; of strangers' names there may be many. */
    private static final int SEEN_LIST_MAX = 16;

    /** Stands in until the fields have named one; never seen, since a message without topic is refused. */
    private static final Topic NONE = Topic.ofMqtt("none");

    FieldReader(@Nullable Topic topic) {
        message = Message.to(topic == null ? NONE : topic);
        hasTopic = topic != null;
    }

    /** @throws SignalboxException MALFORMED for a value that the field cannot have, or a field that came twice */
    public FieldReader add(String name, String value) {
        if (!FieldNames.isTaken(name)) {
            headers().add(name, value);
        } else if (name.startsWith(FieldNames.OWN)) {
            headers().add(name.substring(FieldNames.OWN.length()), value);
        } else {
            if (!isNew(name)) {
                throw malformed(name, value, "came before; it may come once");
            }
            envelope(name, value);
        }
        return this;
    }

    /**
     * @param payload given away
     * @throws SignalboxException MALFORMED if no topic was named, or a text that no protocol carries
     */
    public Message message(byte[] payload) {
        if (!hasTopic) {
            throw new SignalboxException(
                    ReasonCode.MALFORMED, "the message names no topic; set the field " + FieldNames.TOPIC);
        }
        return message.payload(payload).properties(buildProperties()).build();
    }

    private MessageProperties buildProperties() {
        HeaderOrder order = headers;
        if (order != null) {
            properties().headers(order.headers());
        }
        if (schema != null || schemaVersion != null) {
            properties().schema(schema, schemaVersion);
        }
        return properties == null ? MessageProperties.NONE : properties.build();
    }

    private boolean isNew(String name) {
        if (seen.contains(name)) {
            return false;
        }
        if (seen.size() == SEEN_LIST_MAX) {
            seen = new HashSet<>(seen);
        }
        return seen.add(name);
    }

    private HeaderOrder headers() {
        HeaderOrder order = headers == null ? new HeaderOrder() : headers;
        headers = order;
        return order;
    }

    private MessageProperties.Builder properties() {
        MessageProperties.Builder builder = properties == null ? MessageProperties.builder() : properties;
        properties = builder;
        return builder;
    }

    private void envelope(String name, String value) {
        switch (name) {
            case FieldNames.TOPIC -> {
                message.topic(Topic.ofMqtt(value));
                hasTopic = true;
            }
            case FieldNames.QOS -> message.guarantee(Guarantee.ofQos((int) number(name, value, 0, 2)));
            case FieldNames.RETAIN -> message.retain(flag(name, value));
            case FieldNames.PRIORITY -> message.priority((int) number(name, value, 0, Message.PRIORITY_MAX));
            case FieldNames.TIMESTAMP -> message.timestampMillis(timestamp(value));
            case FieldNames.TTL -> message.ttlMillis(number(name, value, Long.MIN_VALUE, Long.MAX_VALUE));
            case FieldNames.ID -> properties().id(value);
            case FieldNames.KIND -> properties().kind(kind(value));
            case FieldNames.FROM -> properties().from(value);
            case FieldNames.TO -> properties().to(value);
            case FieldNames.REPLY_TO -> properties().replyTo(value);
            case FieldNames.CORRELATION -> correlation(name, value, Packed.bytes(value));
            case FieldNames.CORRELATION_BASE64 -> correlation(name, value, base64(value));
            case FieldNames.CAUSATION_ID -> properties().causationId(value);
            case FieldNames.TRACEPARENT -> properties().traceparent(value);
            case FieldNames.ORDERING_KEY -> properties().orderingKey(value);
            case FieldNames.IDEMPOTENCY_KEY -> properties().idempotencyKey(value);
            case FieldNames.SCHEMA -> schema = value;
            case FieldNames.SCHEMA_VERSION -> schemaVersion = value;
            case FieldNames.CONTENT_TYPE -> properties().contentType(value);
            case FieldNames.CONTENT_ENCODING -> properties().contentEncoding(value);
            case FieldNames.UTF8 -> properties().utf8Payload(flag(name, value));
            case FieldNames.ORDER -> headers().order(List.of(value.split("&", -1)));
            default -> other(name, value);
        }
    }

    /** A name of a later version is kept, as a header, for whoever knows it. */
    private void other(String name, String value) {
        if (name.startsWith(FieldNames.AT)) {
            String place = name.substring(FieldNames.AT.length());
            headers().at((int) number(name, place, 0, Integer.MAX_VALUE), value);
        } else {
            headers().add(name, value);
        }
    }

    private void correlation(String name, String value, byte[] bytes) {
        String other = name.equals(FieldNames.CORRELATION) ? FieldNames.CORRELATION_BASE64 : FieldNames.CORRELATION;
        if (seen.contains(other)) {
            throw malformed(name, value, "stands beside " + other + "; one of them is allowed");
        }
        properties().correlation(bytes);
    }

    private static byte[] base64(String value) {
        try {
            return Packed.ofBase64(value);
        } catch (IllegalArgumentException e) {
            throw malformed(FieldNames.CORRELATION_BASE64, value, "is no base64");
        }
    }

    private static boolean flag(String name, String value) {
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw malformed(name, value, "is neither true nor false");
        };
    }

    private static MessageKind kind(String value) {
        return Arrays.stream(MessageKind.values())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(value))
                .findFirst()
                .orElseThrow(() -> malformed(FieldNames.KIND, value, "is no kind of message"));
    }

    private static long timestamp(String value) {
        try {
            return value.indexOf('T') < 0
                    ? Long.parseLong(value)
                    : Instant.parse(value).toEpochMilli();
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            throw malformed(
                    FieldNames.TIMESTAMP, value, "is neither a number of milliseconds nor an instant of ISO 8601");
        }
    }

    private static long number(String name, String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with the range.
        }
        throw malformed(name, value, "is no whole number from " + min + " to " + max);
    }

    private static SignalboxException malformed(String name, String value, String why) {
        String shown = value.length() <= 80 ? value : value.substring(0, 77) + "...";
        return new SignalboxException(ReasonCode.MALFORMED, "field " + name + " with the value '" + shown + "' " + why);
    }
}
