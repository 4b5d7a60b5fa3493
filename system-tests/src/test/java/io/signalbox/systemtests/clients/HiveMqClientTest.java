package io.signalbox.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.Brokers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The HiveMQ client for Java, which is strict about what a server may send. */
class HiveMqClientTest {
    private static BrokerProcess broker;

    @BeforeAll
    static void start() {
        broker = Brokers.started();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Mqtt5BlockingClient client(String id) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(broker.mqttPort())
                .buildBlocking();
    }

    private static Mqtt5Publish receive(Mqtt5BlockingClient.Mqtt5Publishes publishes) throws InterruptedException {
        return publishes.receive(60, TimeUnit.SECONDS).orElseThrow(() -> new AssertionError("no message within 60 s"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Mqtt5Publish publish) {
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void everyQosArrivesInOrder() throws InterruptedException {
        Mqtt5BlockingClient client = client("hive-order");
        client.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes received = client.publishes(MqttGlobalPublishFilter.ALL)) {
            for (MqttQos qos : MqttQos.values()) {
                String topic = "hive/order/" + qos.getCode();
                client.subscribeWith().topicFilter(topic).qos(qos).send();
                for (int i = 0; i < 100; i++) {
                    client.publishWith()
                            .topic(topic)
                            .qos(qos)
                            .payload(bytes(Integer.toString(i)))
                            .send();
                }
                for (int i = 0; i < 100; i++) {
                    Mqtt5Publish publish = receive(received);
                    assertThat(text(publish)).isEqualTo(Integer.toString(i));
                    assertThat(publish.getQos()).isEqualTo(qos);
                }
            }
        }
        client.disconnect();
    }

    @Test
    void aResumedSessionGetsWhatCameMeanwhile() throws InterruptedException {
        Mqtt5BlockingClient away = client("hive-away");
        away.connectWith().cleanStart(false).sessionExpiryInterval(600).send();
        away.subscribeWith().topicFilter("hive/away").qos(MqttQos.EXACTLY_ONCE).send();
        away.disconnect();

        Mqtt5BlockingClient publisher = client("hive-publisher");
        publisher.connect();
        List<String> sent = IntStream.range(0, 30).mapToObj(Integer::toString).toList();
        for (String text : sent) {
            publisher
                    .publishWith()
                    .topic("hive/away")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload(bytes(text))
                    .send();
        }
        publisher.disconnect();

        try (Mqtt5BlockingClient.Mqtt5Publishes received = away.publishes(MqttGlobalPublishFilter.ALL)) {
            Mqtt5ConnAck connAck = away.connectWith()
                    .cleanStart(false)
                    .sessionExpiryInterval(0)
                    .send();
            assertThat(connAck.isSessionPresent()).isTrue();
            for (String text : sent) {
                assertThat(text(receive(received))).isEqualTo(text);
            }
        }
        away.disconnect();
    }

    @Test
    void aReceiveMaximumOfOneHoldsBackTheSecondMessageUntilTheFirstIsAcknowledged() throws InterruptedException {
        Mqtt5BlockingClient slow = client("hive-slow");
        slow.connectWith().restrictions().receiveMaximum(1).applyRestrictions().send();
        Mqtt5BlockingClient publisher = client("hive-fast");
        publisher.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes received = slow.publishes(MqttGlobalPublishFilter.ALL, true)) {
            slow.subscribeWith()
                    .topicFilter("hive/slow")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            for (String text : List.of("first", "second")) {
                publisher
                        .publishWith()
                        .topic("hive/slow")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(bytes(text))
                        .send();
            }
            Mqtt5Publish first = receive(received);
            assertThat(text(first)).isEqualTo("first");
            // The publisher has its own acknowledgement of the second, so it could have been sent by now.
            assertThat(received.receiveNow()).isEmpty();
            first.acknowledge();
            Mqtt5Publish second = receive(received);
            assertThat(text(second)).isEqualTo("second");
            second.acknowledge();
        }
        publisher.disconnect();
        slow.disconnect();
    }
}
