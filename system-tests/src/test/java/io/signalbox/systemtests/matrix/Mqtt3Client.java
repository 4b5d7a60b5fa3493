package io.signalbox.systemtests.matrix;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.signalbox.systemtests.process.ServerProcess;
import java.util.concurrent.TimeUnit;

/** HiveMQ's client, in MQTT 3.1.1. */
final class Mqtt3Client implements Sender, Receiver {
    @Override
    public Wire wire() {
        return Wire.MQTT_3;
    }

    private static Mqtt3BlockingClient connect(ServerProcess server) {
        Mqtt3BlockingClient client = MqttClient.builder()
                .useMqttVersion3()
                .serverHost("127.0.0.1")
                .serverPort(server.mqttPort())
                .buildBlocking();
        client.connect();
        return client;
    }

    @Override
    public void publish(ServerProcess server, Letter letter) {
        Mqtt3BlockingClient client = connect(server);
        client.publishWith()
                .topic(letter.text(Part.TOPIC))
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(letter.bytes(Part.PAYLOAD))
                .send();
        client.disconnect();
    }

    @Override
    public Inbox subscribe(ServerProcess server, String topic) {
        Mqtt3BlockingClient client = connect(server);
        Mqtt3BlockingClient.Mqtt3Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL);
        client.subscribeWith().topicFilter(topic).qos(MqttQos.AT_LEAST_ONCE).send();
        return new Inbox() {
            @Override
            public Letter next() throws InterruptedException {
                Mqtt3Publish publish = publishes
                        .receive(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .orElseThrow(() -> new AssertionError("nothing came"));
                return new Letter()
                        .with(Part.TOPIC, publish.getTopic().toString())
                        .with(Part.PAYLOAD, publish.getPayloadAsBytes());
            }

            @Override
            public void close() {
                publishes.close();
                client.disconnect();
            }
        };
    }

    @Override
    public String toString() {
        return "MQTT 3.1.1";
    }
}
