package io.signalbox.client.connection;

import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A PUBLISH of MQTT 5 as a message. Whatever its user properties say, there is a message: others may write those too. */
final class IncomingPublish {
    private IncomingPublish() {}

    static Message message(Mqtt5Publish publish, long nowMillis) {
        MessageProperties.Builder properties = MessageProperties.builder()
                .contentType(publish.getContentType().map(Object::toString).orElse(null))
                .replyTo(publish.getResponseTopic().map(Object::toString).orElse(null))
                .correlation(
                        publish.getCorrelationData().map(IncomingPublish::bytes).orElse(null))
                .utf8Payload(publish.getPayloadFormatIndicator().orElse(null) == Mqtt5PayloadFormatIndicator.UTF_8);
        Message.Builder message = Message.to(Topic.ofMqtt(publish.getTopic().toString()))
                .payload(publish.getPayloadAsBytes())
                .guarantee(Guarantee.ofQos(publish.getQos().getCode()))
                .retain(publish.isRetain());
        userProperties(publish.getUserProperties().asList(), properties, message);
        // After what the properties say: the life that is left counts from now.
        publish.getMessageExpiryInterval()
                .ifPresent(seconds -> message.timestampMillis(nowMillis).ttlMillis(Math.max(1, seconds * 1_000)));
        return message.properties(properties.build()).build();
    }

    /** The first of that name is the server's. @return 0: it does not say */
    static long sequence(Mqtt5Publish publish) {
        for (Mqtt5UserProperty property : publish.getUserProperties().asList()) {
            if (property.getName().toString().equals(WireNames.SEQUENCE)) {
                return number(property.getValue().toString());
            }
        }
        return 0;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static void userProperties(
            List<? extends Mqtt5UserProperty> all, MessageProperties.Builder properties, Message.Builder message) {
        List<String> headers = new ArrayList<>();
        String schema = null;
        String schemaVersion = null;
        for (Mqtt5UserProperty property : all) {
            String name = property.getName().toString();
            String value = property.getValue().toString();
            switch (name) {
                case WireNames.PRIORITY -> message.priority(priority(value));
                case WireNames.KIND -> properties.kind(kind(value));
                case WireNames.IDEMPOTENCY_KEY -> properties.idempotencyKey(value);
                case WireNames.ORDERING_KEY -> properties.orderingKey(value);
                case WireNames.ID -> properties.id(value);
                case WireNames.FROM -> properties.from(value);
                case WireNames.TO -> properties.to(value);
                case WireNames.CAUSATION_ID -> properties.causationId(value);
                case WireNames.SCHEMA -> schema = value;
                case WireNames.SCHEMA_VERSION -> schemaVersion = value;
                case WireNames.CONTENT_ENCODING -> properties.contentEncoding(value);
                case WireNames.TRACEPARENT -> properties.traceparent(value);
                case WireNames.TIMESTAMP -> message.timestampMillis(number(value));
                case WireNames.SEQUENCE -> {
                    // Of the delivery, not of the message.
                }
                default -> {
                    headers.add(name);
                    headers.add(value);
                }
            }
        }
        properties.schema(schema, schemaVersion).headers(Headers.of(headers.toArray(String[]::new)));
    }

    private static int priority(String value) {
        return value.matches("[0-9]") ? value.charAt(0) - '0' : Message.PRIORITY_DEFAULT;
    }

    /** 0, which is no time and no sequence, for what is no number. */
    private static long number(String value) {
        return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
    }

    private static MessageKind kind(@Nullable String value) {
        for (MessageKind kind : MessageKind.values()) {
            if (kind.name().equalsIgnoreCase(value)) {
                return kind;
            }
        }
        return MessageKind.EVENT;
    }
}
