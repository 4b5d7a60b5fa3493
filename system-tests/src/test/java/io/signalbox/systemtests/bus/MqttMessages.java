package io.signalbox.systemtests.bus;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
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
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A message as an MQTT 5 PUBLISH and back, by the names that docs/mqtt.md gives. */
final class MqttMessages {
    private static final String OWN = "sb-";

    private MqttMessages() {}

    static Mqtt5Publish publish(Message message) {
        MessageProperties properties = message.properties();
        var publish = Mqtt5Publish.builder()
                .topic(message.topic().text())
                .qos(MqttQos.values()[message.guarantee().ordinal()])
                .retain(message.retain())
                .payload(message.payload())
                .userProperties(userProperties(properties))
                .contentType(properties.contentType())
                .responseTopic(properties.replyTo())
                .correlationData(properties.correlation());
        return message.ttlMillis() == 0
                ? publish.build()
                : publish.messageExpiryInterval((message.ttlMillis() + 999) / 1_000)
                        .build();
    }

    private static Mqtt5UserProperties userProperties(MessageProperties properties) {
        List<Mqtt5UserProperty> all = new ArrayList<>();
        properties.headers().forEach((name, value) -> all.add(Mqtt5UserProperty.of(name, value)));
        add(all, "id", properties.id());
        add(all, "kind", properties.kind().name().toLowerCase(Locale.ROOT));
        add(all, "from", properties.from());
        add(all, "to", properties.to());
        add(all, "causation-id", properties.causationId());
        add(all, "ordering-key", properties.orderingKey());
        add(all, "idempotency-key", properties.idempotencyKey());
        add(all, "schema", properties.schemaName());
        add(all, "schema-version", properties.schemaVersion());
        add(all, "content-encoding", properties.contentEncoding());
        if (properties.traceparent() != null && properties.headers().get("traceparent") == null) {
            all.add(Mqtt5UserProperty.of("traceparent", properties.traceparent()));
        }
        return Mqtt5UserProperties.of(all);
    }

    private static void add(List<Mqtt5UserProperty> all, String name, @Nullable String value) {
        if (value != null) {
            all.add(Mqtt5UserProperty.of(OWN + name, value));
        }
    }

    static Message message(Mqtt5Publish publish, long nowMillis) {
        MessageProperties.Builder properties = MessageProperties.builder();
        List<String> headers = new ArrayList<>();
        String schema = null;
        String version = null;
        for (Mqtt5UserProperty each : publish.getUserProperties().asList()) {
            String value = each.getValue().toString();
            switch (each.getName().toString()) {
                case "sb-id" -> properties.id(value);
                case "sb-kind" -> properties.kind(MessageKind.valueOf(value.toUpperCase(Locale.ROOT)));
                case "sb-from" -> properties.from(value);
                case "sb-to" -> properties.to(value);
                case "sb-causation-id" -> properties.causationId(value);
                case "sb-ordering-key" -> properties.orderingKey(value);
                case "sb-idempotency-key" -> properties.idempotencyKey(value);
                case "sb-schema" -> schema = value;
                case "sb-schema-version" -> version = value;
                case "sb-content-encoding" -> properties.contentEncoding(value);
                default -> {
                    if (each.getName().toString().equals("traceparent")) {
                        properties.traceparent(value);
                    }
                    headers.add(each.getName().toString());
                    headers.add(value);
                }
            }
        }
        properties.schema(schema, version).headers(Headers.of(headers.toArray(String[]::new)));
        publish.getContentType().ifPresent(type -> properties.contentType(type.toString()));
        publish.getResponseTopic().ifPresent(topic -> properties.replyTo(topic.toString()));
        publish.getCorrelationData().ifPresent(data -> properties.correlation(bytes(data)));
        Message.Builder message = Message.to(Topic.ofMqtt(publish.getTopic().toString()))
                .payload(publish.getPayloadAsBytes())
                .guarantee(Guarantee.ofQos(publish.getQos().getCode()))
                .retain(publish.isRetain())
                .properties(properties.build());
        publish.getMessageExpiryInterval()
                .ifPresent(seconds -> message.timestampMillis(nowMillis).ttlMillis(seconds * 1_000));
        return message.build();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
