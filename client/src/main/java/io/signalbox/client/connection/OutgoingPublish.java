package io.signalbox.client.connection;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A message as a PUBLISH of MQTT 5. */
final class OutgoingPublish {
    private static final long EXPIRY_SECONDS_MAX = 0xFFFF_FFFFL;

    private OutgoingPublish() {}

    /** @throws IllegalArgumentException if MQTT cannot carry it */
    static Mqtt5Publish of(Message message, long nowMillis) {
        MessageProperties p = message.properties();
        Mqtt5PublishBuilder.Complete publish = Mqtt5Publish.builder()
                .topic(message.topic().text())
                .payload(message.payload())
                .qos(qos(message))
                .retain(message.retain())
                .userProperties(userProperties(message, p));
        if (p.contentType() != null) {
            publish = publish.contentType(p.contentType());
        }
        if (p.replyTo() != null) {
            publish = publish.responseTopic(p.replyTo());
        }
        byte[] correlation = p.correlation();
        if (correlation != null) {
            publish = publish.correlationData(correlation);
        }
        if (p.utf8Payload()) {
            publish = publish.payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8);
        }
        if (message.ttlMillis() > 0) {
            publish = publish.messageExpiryInterval(secondsLeft(message, nowMillis));
        }
        return publish.build();
    }

    private static MqttQos qos(Message message) {
        return switch (message.guarantee().qos()) {
            case 0 -> MqttQos.AT_MOST_ONCE;
            case 1 -> MqttQos.AT_LEAST_ONCE;
            default -> MqttQos.EXACTLY_ONCE;
        };
    }

    /** Rounded up: it lives in the spool to the millisecond, on the wire to the second (MQTT 5, 3.3.2.3.3). */
    private static long secondsLeft(Message message, long nowMillis) {
        long left = message.ttlMillis() - Math.max(0, nowMillis - message.timestampMillis());
        return Math.clamp((left + 999) / 1_000, 1, EXPIRY_SECONDS_MAX);
    }

    private static Mqtt5UserProperties userProperties(Message message, MessageProperties p) {
        List<Mqtt5UserProperty> to = new ArrayList<>();
        p.headers().forEach((name, value) -> add(to, name, value));
        if (message.priority() != Message.PRIORITY_DEFAULT) {
            add(to, WireNames.PRIORITY, Integer.toString(message.priority()));
        }
        if (p.kind() != MessageKind.EVENT) {
            add(to, WireNames.KIND, p.kind().name().toLowerCase(Locale.ROOT));
        }
        if (message.timestampMillis() > 0 && message.ttlMillis() == 0) {
            add(to, WireNames.TIMESTAMP, Long.toString(message.timestampMillis()));
        }
        add(to, WireNames.IDEMPOTENCY_KEY, p.idempotencyKey());
        add(to, WireNames.ORDERING_KEY, p.orderingKey());
        add(to, WireNames.ID, p.id());
        add(to, WireNames.FROM, p.from());
        add(to, WireNames.TO, p.to());
        add(to, WireNames.CAUSATION_ID, p.causationId());
        add(to, WireNames.SCHEMA, p.schemaName());
        add(to, WireNames.SCHEMA_VERSION, p.schemaVersion());
        add(to, WireNames.CONTENT_ENCODING, p.contentEncoding());
        if (p.headers().get(WireNames.TRACEPARENT) == null) {
            add(to, WireNames.TRACEPARENT, p.traceparent());
        }
        return Mqtt5UserProperties.of(to);
    }

    private static void add(List<Mqtt5UserProperty> to, String name, @Nullable String value) {
        if (value != null) {
            to.add(Mqtt5UserProperty.of(name, value));
        }
    }
}
