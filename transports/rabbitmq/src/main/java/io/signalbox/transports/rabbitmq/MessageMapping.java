package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message and its basic properties (AMQP 0.9.1, 1.8): what AMQP has a property for is in that property, so that other
 * clients find it; the rest are headers named by {@link FieldNames}.
 *
 * @param priorities always say the priority: a server's queue takes a message without one for the least urgent
 */
record MessageMapping(boolean priorities) {
    /** What the server adds by itself. */
    private static final Set<String> OF_THE_SERVER = Set.of(
            Origin.HEADER,
            "x-death",
            "x-delivery-count",
            "x-acquired-count",
            "x-first-death-exchange",
            "x-first-death-queue",
            "x-first-death-reason",
            "x-last-death-exchange",
            "x-last-death-queue",
            "x-last-death-reason");

    /** A server's frames have 128 KiB by default, and the properties take some of that. */
    private static final int HEADER_BYTES_MAX = 96 << 10;

    private static final int NOT_PERSISTENT = 1;
    private static final int PERSISTENT = 2;

    /** @throws SignalboxException NOT_SUPPORTED for headers that AMQP 0.9.1 cannot carry */
    BasicProperties properties(Message message, @Nullable String publisher, byte[] origin) {
        BasicProperties.Builder builder = new BasicProperties.Builder()
                .deliveryMode(message.guarantee() == Guarantee.AT_MOST_ONCE ? NOT_PERSISTENT : PERSISTENT)
                .appId(publisher);
        if (priorities || message.priority() != Message.PRIORITY_DEFAULT) {
            builder.priority(message.priority());
        }
        if (message.ttlMillis() > 0) {
            builder.expiration(Long.toString(message.ttlMillis()));
        }
        if (message.properties() == MessageProperties.NONE
                && !message.retain()
                && message.timestampMillis() == 0
                && message.ttlMillis() == 0) {
            return builder.headers(Map.of(Origin.HEADER, origin)).build();
        }
        Map<String, Object> headers = new HashMap<>();
        MessageFields.map(message).forEach((name, value) -> put(builder, headers, name, value));
        demandThatTheyFit(headers);
        headers.put(Origin.HEADER, origin);
        return builder.headers(headers).build();
    }

    private static void put(BasicProperties.Builder builder, Map<String, Object> headers, String name, String value) {
        if (!fits(value)) {
            headers.put(name, value);
            return;
        }
        switch (name) {
            case FieldNames.TOPIC, FieldNames.QOS, FieldNames.PRIORITY -> {} // routing key, exchange, property
            case FieldNames.CONTENT_TYPE -> builder.contentType(value);
            case FieldNames.CONTENT_ENCODING -> builder.contentEncoding(value);
            case FieldNames.ID -> builder.messageId(value);
            case FieldNames.CORRELATION -> builder.correlationId(value);
            case FieldNames.SCHEMA -> builder.type(value);
            case FieldNames.REPLY_TO -> replyTo(builder, headers, value);
            case FieldNames.TIMESTAMP -> {
                headers.put(name, value);
                builder.timestamp(new Date(Long.parseLong(value))); // for others: AMQP's has whole seconds
            }
            default -> headers.put(name, value);
        }
    }

    /** As a routing key, which is what an answering client of AMQP needs. */
    private static void replyTo(BasicProperties.Builder builder, Map<String, Object> headers, String canonical) {
        String key;
        try {
            key = Topic.ofMqtt(canonical).nativeText();
        } catch (SignalboxException notATopic) {
            headers.put(FieldNames.REPLY_TO, canonical);
            return;
        }
        if (fits(key)) {
            builder.replyTo(key);
        } else {
            headers.put(FieldNames.REPLY_TO, canonical);
        }
    }

    private static void demandThatTheyFit(Map<String, Object> headers) {
        long bytes = 0;
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            bytes += 3L * header.getKey().length()
                    + 3L * String.valueOf(header.getValue()).length();
        }
        if (bytes > HEADER_BYTES_MAX && utf8Bytes(headers) > HEADER_BYTES_MAX) {
            throw new SignalboxException(
                    ReasonCode.NOT_SUPPORTED,
                    "the headers have " + utf8Bytes(headers) + " bytes; they must fit one frame of AMQP 0.9.1, and the"
                            + " limit is " + HEADER_BYTES_MAX);
        }
    }

    private static long utf8Bytes(Map<String, Object> headers) {
        long bytes = 0;
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            bytes += header.getKey().getBytes(StandardCharsets.UTF_8).length;
            bytes += String.valueOf(header.getValue()).getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }

    private static boolean fits(String value) {
        return value.length() <= Names.SHORT_STRING_BYTES_MAX / 3
                || value.getBytes(StandardCharsets.UTF_8).length <= Names.SHORT_STRING_BYTES_MAX;
    }

    /**
     * @param light came by an exchange for what need not arrive
     * @throws SignalboxException MALFORMED, naming the field that no message can have
     */
    Message message(Topic topic, BasicProperties properties, byte[] body, boolean light) {
        Map<String, Object> headers = properties.getHeaders();
        if (isPlain(properties, headers)) {
            return Message.to(topic)
                    .payload(body)
                    .guarantee(light ? Guarantee.AT_MOST_ONCE : Guarantee.AT_LEAST_ONCE)
                    .priority(priority(properties))
                    .build();
        }
        FieldReader reader = MessageFields.reader(topic);
        if (headers != null) {
            headers.forEach((name, value) -> {
                if (!OF_THE_SERVER.contains(name) && !name.startsWith(DeadLetters.HEADER_PREFIX) && value != null) {
                    reader.add(name, text(value));
                }
            });
        }
        add(reader, FieldNames.CONTENT_TYPE, properties.getContentType());
        add(reader, FieldNames.CONTENT_ENCODING, properties.getContentEncoding());
        add(reader, FieldNames.ID, properties.getMessageId());
        add(reader, FieldNames.CORRELATION, properties.getCorrelationId());
        add(reader, FieldNames.SCHEMA, properties.getType());
        String replyTo = properties.getReplyTo();
        add(reader, FieldNames.REPLY_TO, replyTo == null ? null : canonical(replyTo));
        boolean ours = headers != null && headers.containsKey(Origin.HEADER);
        if (!ours && properties.getTimestamp() != null) {
            add(
                    reader,
                    FieldNames.TIMESTAMP,
                    Long.toString(properties.getTimestamp().getTime()));
        }
        if (!ours && properties.getExpiration() != null) {
            add(reader, FieldNames.TTL, properties.getExpiration());
        }
        add(reader, FieldNames.QOS, light ? "0" : null);
        add(reader, FieldNames.PRIORITY, Integer.toString(priority(properties)));
        return reader.message(body);
    }

    private static boolean isPlain(BasicProperties properties, @Nullable Map<String, Object> headers) {
        if (headers != null) {
            for (String name : headers.keySet()) {
                if (!OF_THE_SERVER.contains(name)) {
                    return false;
                }
            }
        }
        return properties.getContentType() == null
                && properties.getContentEncoding() == null
                && properties.getMessageId() == null
                && properties.getCorrelationId() == null
                && properties.getType() == null
                && properties.getReplyTo() == null
                && properties.getTimestamp() == null
                && properties.getExpiration() == null;
    }

    private static void add(FieldReader reader, String name, @Nullable String value) {
        if (value != null) {
            reader.add(name, value);
        }
    }

    private static int priority(BasicProperties properties) {
        Integer priority = properties.getPriority();
        return priority == null ? Message.PRIORITY_DEFAULT : Math.clamp(priority, 0, Message.PRIORITY_MAX);
    }

    /** A stranger's reply address is a queue's name and no topic; it is kept as it is then. */
    private static String canonical(String replyTo) {
        try {
            return Topic.ofNative(replyTo).text();
        } catch (SignalboxException notATopic) {
            return replyTo;
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case Date date -> Long.toString(date.getTime());
            default -> value.toString();
        };
    }
}
