package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one protocol publishes another receives, with all that it says of itself. */
class CrossProtocolTest {
    @TempDir
    Path data;

    private static Connection amqp(Client client, TestServer server) throws Exception {
        ConnectionOptions options = new ConnectionOptions();
        options.transportOptions().allowNativeIO(false);
        Connection connection =
                client.connect("127.0.0.1", server.server().ports().amqp(), options);
        connection.openFuture().get();
        return connection;
    }

    private static Connection amqpOverWebSocket(Client client, TestServer server) throws Exception {
        ConnectionOptions options = new ConnectionOptions();
        options.transportOptions().allowNativeIO(false).useWebSockets(true).webSocketPath("/amqp");
        Connection connection =
                client.connect("127.0.0.1", server.server().ports().http(), options);
        connection.openFuture().get();
        return connection;
    }

    private static Mqtt5BlockingClient mqtt(TestServer server) {
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(server.server().ports().mqtt())
                .buildBlocking();
        client.connect();
        return client;
    }

    @Test
    void mqttAndAmqpReachEachOther() throws Exception {
        try (TestServer server = TestServer.start(data, "amqp.enabled", "true", "amqp.port", "0");
                Client client = Client.create()) {
            Connection connection = amqp(client, server);
            Mqtt5BlockingClient mqtt = mqtt(server);
            fromMqttToAmqp(connection, mqtt);
            fromAmqpToMqtt(connection, mqtt);
            mqtt.disconnect();
            String metrics = server.get("/metrics").body();
            assertThat(metrics).contains("signalbox_amqp_messages_total{direction=\"in\",gateway=\"amqp\"} 1.0");
            assertThat(metrics).contains("signalbox_listener_connections_open{gateway=\"amqp\"");
        }
    }

    @Test
    void amqpGoesThroughAWebSocketAtThePortOfHttp() throws Exception {
        try (TestServer server = TestServer.start(
                        data, "amqp.enabled", "true", "amqp.port", "0", "amqp.connections-per-address-max", "1");
                Client client = Client.create()) {
            Connection connection = amqpOverWebSocket(client, server);
            Mqtt5BlockingClient mqtt = mqtt(server);
            fromMqttToAmqp(connection, mqtt);
            fromAmqpToMqtt(connection, mqtt);
            mqtt.disconnect();
            assertThat(server.get("/metrics").body())
                    .contains("signalbox_websocket_connections_open{gateway=\"http\"} 1.0")
                    .contains("signalbox_listener_connections_open{gateway=\"amqp\"} 1.0");
            // The limit is AMQP's, whichever door it is asked at.
            assertThatThrownBy(() -> amqpOverWebSocket(client, server)).isNotNull();
            connection.closeAsync().get();
        }
    }

    private static void fromMqttToAmqp(Connection connection, Mqtt5BlockingClient mqtt) throws Exception {
        Receiver receiver = connection.openReceiver("from/mqtt");
        receiver.openFuture().get();
        mqtt.publishWith()
                .topic("from/mqtt")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{}".getBytes(StandardCharsets.UTF_8))
                .contentType("application/json")
                .responseTopic("answers/here")
                .correlationData("c-1".getBytes(StandardCharsets.UTF_8))
                .messageExpiryInterval(60)
                .userProperties(Mqtt5UserProperties.builder()
                        .add("color", "red")
                        .add("sb-priority", "8")
                        .add("sb-from", "sensor")
                        .build())
                .send();
        Message<byte[]> message = receiver.receive(30, TimeUnit.SECONDS).message();
        assertThat(message.body()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
        assertThat(message.contentType()).isEqualTo("application/json");
        assertThat(message.replyTo()).isEqualTo("answers/here");
        assertThat(message.correlationId()).isEqualTo("c-1");
        assertThat(message.timeToLive()).isBetween(1L, 60_000L);
        assertThat(message.priority()).isEqualTo((byte) 8);
        assertThat(message.property("color")).isEqualTo("red");
        assertThat(message.property("sb-from")).isEqualTo("sensor");
    }

    private static void fromAmqpToMqtt(Connection connection, Mqtt5BlockingClient mqtt) throws Exception {
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = mqtt.publishes(MqttGlobalPublishFilter.ALL)) {
            mqtt.subscribeWith()
                    .topicFilter("from/amqp")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            Message<String> sent = Message.create("hello");
            sent.contentType("text/plain");
            sent.replyTo("answers/here").correlationId("c-2").timeToLive(60_000).priority((byte) 8);
            sent.property("count", 3);
            connection.openSender("from/amqp").send(sent).awaitAccepted();
            Mqtt5Publish got = publishes.receive(30, TimeUnit.SECONDS).orElseThrow();
            assertThat(got.getPayloadAsBytes()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(String.valueOf(got.getContentType().orElseThrow())).isEqualTo("text/plain");
            assertThat(String.valueOf(got.getResponseTopic().orElseThrow())).isEqualTo("answers/here");
            assertThat(got.getCorrelationData().orElseThrow()).isEqualTo(ByteBuffer.wrap(new byte[] {'c', '-', '2'}));
            assertThat(got.getMessageExpiryInterval().orElseThrow()).isBetween(1L, 60L);
            assertThat(got.getUserProperties().asList())
                    .anyMatch(
                            p -> p.toString().contains("count") && p.toString().contains("3"))
                    .anyMatch(p ->
                            p.toString().contains("sb-priority") && p.toString().contains("8"));
        }
    }
}
