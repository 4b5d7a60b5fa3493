package io.signalbox.systemtests.matrix;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.signalbox.systemtests.process.ServerProcess;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/**
 * HiveMQ's client, in MQTT 5.
 *
 * @param webSocket at the port of HTTP
 */
record Mqtt5Client(boolean webSocket) implements Sender, Receiver {
    /** Parts that are no user properties. */
    private static final Set<Part> NATIVE = EnumSet.of(
            Part.TOPIC, Part.PAYLOAD, Part.REPLY_TO, Part.CORRELATION, Part.LIFE_TIME, Part.CONTENT_TYPE, Part.HEADERS);

    @Override
    public Wire wire() {
        return Wire.MQTT_5;
    }

    private Mqtt5BlockingClient connect(ServerProcess server) {
        MqttClientBuilder builder = MqttClient.builder()
                .serverHost("127.0.0.1")
                .serverPort(webSocket ? server.httpPort() : server.mqttPort());
        if (webSocket) {
            builder = builder.webSocketConfig(
                    MqttWebSocketConfig.builder().serverPath("mqtt").build());
        }
        Mqtt5BlockingClient client = builder.useMqttVersion5().buildBlocking();
        client.connect();
        return client;
    }

    @Override
    public void publish(ServerProcess server, Letter letter) {
        Mqtt5BlockingClient client = connect(server);
        Mqtt5UserPropertiesBuilder user = Mqtt5UserProperties.builder();
        for (String[] header : letter.headers()) {
            user = user.add(header[0], header[1]);
        }
        for (Part part : Part.values()) {
            String value = letter.get(part);
            if (value != null && !NATIVE.contains(part)) {
                user = user.add(wire().name(part), value);
            }
        }
        Mqtt5PublishBuilder.Complete publish = Mqtt5Publish.builder()
                .topic(letter.text(Part.TOPIC))
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(letter.bytes(Part.PAYLOAD))
                .responseTopic(letter.text(Part.REPLY_TO))
                .correlationData(letter.bytes(Part.CORRELATION))
                .contentType(letter.text(Part.CONTENT_TYPE))
                .userProperties(user.build());
        if (letter.has(Part.LIFE_TIME)) {
            publish = publish.messageExpiryInterval(Long.parseLong(letter.text(Part.LIFE_TIME)));
        }
        client.publish(publish.build());
        client.disconnect();
    }

    @Override
    public Inbox subscribe(ServerProcess server, String topic) {
        Mqtt5BlockingClient client = connect(server);
        Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL);
        client.subscribeWith().topicFilter(topic).qos(MqttQos.AT_LEAST_ONCE).send();
        return new Inbox() {
            @Override
            public Letter next() throws InterruptedException {
                return letter(publishes
                        .receive(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .orElseThrow(() -> new AssertionError("nothing came")));
            }

            @Override
            public void close() {
                publishes.close();
                client.disconnect();
            }
        };
    }

    private Letter letter(Mqtt5Publish publish) {
        Letter letter = new Letter()
                .with(Part.TOPIC, publish.getTopic().toString())
                .with(Part.PAYLOAD, publish.getPayloadAsBytes())
                .with(
                        Part.REPLY_TO,
                        publish.getResponseTopic().map(Object::toString).orElse(null))
                .with(
                        Part.CORRELATION,
                        publish.getCorrelationData().map(Mqtt5Client::bytes).orElse(null))
                .with(
                        Part.CONTENT_TYPE,
                        publish.getContentType().map(MqttUtf8String::toString).orElse(null));
        if (publish.getMessageExpiryInterval().isPresent()) {
            letter.with(
                    Part.LIFE_TIME,
                    Long.toString(publish.getMessageExpiryInterval().getAsLong()));
        }
        StringJoiner headers = new StringJoiner("&");
        for (Mqtt5UserProperty property : publish.getUserProperties().asList()) {
            String name = property.getName().toString();
            String value = property.getValue().toString();
            Arrays.stream(Part.values())
                    .filter(part -> !NATIVE.contains(part) && wire().name(part).equals(name))
                    .findFirst()
                    .ifPresentOrElse(part -> letter.with(part, value), () -> headers.add(name + "=" + value));
        }
        return letter.with(Part.HEADERS, headers.toString());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public String toString() {
        return webSocket ? "MQTT 5 over WebSocket" : "MQTT 5";
    }
}
