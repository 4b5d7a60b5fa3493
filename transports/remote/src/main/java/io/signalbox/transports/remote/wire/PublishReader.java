package io.signalbox.transports.remote.wire;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.signalbox.client.connection.WireNames;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A PUBLISH of a Signalbox server as the message that it was. Used for one packet. */
final class PublishReader {
    /** What the server's note says; others may have written anything under its name. */
    private static final Pattern NOTE = Pattern.compile("(\\d{1,18})( retained)?");

    private final MessageProperties.Builder properties = MessageProperties.builder();
    private final List<String> headers = new ArrayList<>();
    private final Message.Builder message;
    private @Nullable String schema;
    private @Nullable String schemaVersion;
    private String delivery = "";

    private PublishReader(Message.Builder message) {
        this.message = message;
    }

    /** @throws RuntimeException for what no Signalbox server sends */
    static Delivery read(WireLink link, MqttPublishMessage packet, long nowMillis) {
        int qos = packet.fixedHeader().qosLevel().value();
        boolean retain = packet.fixedHeader().isRetain();
        MqttProperties p = packet.variableHeader().properties();
        PublishReader reader = new PublishReader(
                Message.to(Topic.ofMqtt(packet.variableHeader().topicName()))
                        .payload(ByteBufUtil.getBytes(packet.payload()))
                        .guarantee(Guarantee.ofQos(qos))
                        .retain(retain));
        Properties.forEachUser(p, reader::user);
        Message message = reader.message(p, nowMillis);
        Matcher note = NOTE.matcher(reader.delivery);
        boolean noted = note.matches();
        return new Delivery(
                link,
                qos == 0 ? 0 : packet.variableHeader().packetId(),
                noted ? Long.parseLong(note.group(1)) : 0,
                message,
                Properties.subscriptionIds(p),
                packet.fixedHeader().isDup(),
                retain,
                noted && note.group(2) != null);
    }

    private Message message(MqttProperties p, long nowMillis) {
        long expirySeconds = Properties.number(p, Properties.MESSAGE_EXPIRY, -1);
        if (expirySeconds >= 0) {
            // The life that is left counts from now.
            message.timestampMillis(nowMillis).ttlMillis(Math.max(1, expirySeconds * 1_000));
        }
        properties
                .utf8Payload(Properties.number(p, Properties.PAYLOAD_FORMAT, 0) == 1)
                .contentType(Properties.text(p, Properties.CONTENT_TYPE))
                .replyTo(Properties.text(p, Properties.RESPONSE_TOPIC))
                .correlation(Properties.bytes(p, Properties.CORRELATION_DATA))
                .schema(schema, schemaVersion)
                .headers(Headers.of(headers.toArray(String[]::new)));
        return message.properties(properties.build()).build();
    }

    private void user(String name, String value) {
        switch (name) {
            case TransportNames.DELIVERY -> delivery = value;
            case WireNames.PRIORITY -> message.priority(Integer.parseInt(value));
            case WireNames.KIND -> properties.kind(MessageKind.valueOf(value.toUpperCase(Locale.ROOT)));
            case WireNames.TIMESTAMP -> message.timestampMillis(Long.parseLong(value));
            case WireNames.IDEMPOTENCY_KEY -> properties.idempotencyKey(value.startsWith(Wires.OWN_KEY) ? null : value);
            case WireNames.ORDERING_KEY -> properties.orderingKey(value);
            case WireNames.ID -> properties.id(value);
            case WireNames.FROM -> properties.from(value);
            case WireNames.TO -> properties.to(value);
            case WireNames.CAUSATION_ID -> properties.causationId(value);
            case WireNames.SCHEMA -> schema = value;
            case WireNames.SCHEMA_VERSION -> schemaVersion = value;
            case WireNames.CONTENT_ENCODING -> properties.contentEncoding(value);
            case WireNames.TRACEPARENT -> properties.traceparent(value);
            default -> {
                headers.add(name);
                headers.add(value);
            }
        }
    }
}
