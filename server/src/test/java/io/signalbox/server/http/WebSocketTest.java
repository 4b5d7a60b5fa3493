package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.signalbox.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MQTT over WebSocket at the port of HTTP, with a client nobody here wrote and by hand. */
final class WebSocketTest {
    private static final String REQUEST = """
            GET %s HTTP/1.1\r
            Host: 127.0.0.1\r
            Connection: keep-alive, Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Protocol: %s\r
            %s\r
            """;

    @TempDir
    Path directory = Path.of("");

    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    WebSocketTest() {}

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(
                directory.resolve("data"), "http.websockets-max", "2", "http.origins", "https://console.example");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Mqtt5BlockingClient client(String id) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(server.httpPort())
                .webSocketConfig()
                .serverPath("mqtt")
                .applyWebSocketConfig()
                .buildBlocking();
    }

    /** Asks and returns the status line with the headers. */
    private static String ask(Socket socket, String request) throws Exception {
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void aMessageGoesThroughWebSocketsWholeInBothDirections() throws Exception {
        byte[] large = new byte[700_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        Mqtt5BlockingClient subscriber = client("subscriber");
        subscriber.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes =
                subscriber.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
            subscriber
                    .subscribeWith()
                    .topicFilter("web/#")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            Mqtt5BlockingClient publisher = client("publisher");
            publisher.connect();
            publisher
                    .publishWith()
                    .topic("web/large")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload(large)
                    .send();
            publisher.disconnect();
            var received = publishes.receive();
            assertThat(received.getPayloadAsBytes()).isEqualTo(large);
            assertThat(received.getTopic()).hasToString("web/large");
        }
        subscriber.disconnect();
        assertThat(json(server.get("/api/v1/history?topic=web/large")).get("messages"))
                .hasSize(1);
    }

    @Test
    void theHandshakeIsTheStandardsOwnExample() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            // Paho puts https before whatever host it calls.
            String answer = ask(socket, REQUEST.formatted("/mqtt?x=1", "other, mqtt", "Origin: https://127.0.0.1\r\n"));
            assertThat(answer)
                    .startsWith("HTTP/1.1 101")
                    .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    .containsIgnoringCase("sec-websocket-protocol: mqtt\r\n")
                    .doesNotContainIgnoringCase("extensions");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/elsewhere, mqtt, '', 404",
        "?x, mqtt, '', 404",
        "xmqtt, mqtt, '', 404",
        "//mqtt, mqtt, '', 404",
        "/mqtt/, mqtt, '', 404",
        "/%6dqtt, mqtt, '', 404",
        "*, mqtt, '', 404",
        "#, mqtt, '', 404",
        "http://127.0.0.1/mqtt, mqtt, '', 101",
        "/mqtt, other, 'Sec-WebSocket-Protocol: mqtt', 101",
        "/mqtt, amqp, '', 400",
        "/mqtt, mqtt, 'Origin: https://evil.example', 403",
        "/mqtt, mqtt, 'Origin: null', 403",
        "/mqtt, mqtt, 'Origin: https://console.example', 101",
        "/mqtt, mqtt, 'Sec-WebSocket-Extensions: permessage-deflate', 101",
        "/mqtt, mqtt, 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 400",
        "/mqtt, mqtt, 'Host: evil.example', 400",
    })
    void whoMayNotHaveOneIsToldSo(String path, String protocol, String header, int status) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            String answer = ask(socket, REQUEST.formatted(path, protocol, header.isEmpty() ? "" : header + "\r\n"));
            assertThat(answer).startsWith("HTTP/1.1 " + status);
        }
        assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }

    /** The limits of MQTT's port hold here too, and both doors count together. */
    @Test
    void whoMayNotComeInAtTheProtocolsOwnPortMayNotComeInHere() throws Exception {
        try (TestServer narrow =
                        TestServer.start(directory.resolve("narrow"), "mqtt.connections-per-address-max", "2");
                Socket mqtt = new Socket("127.0.0.1", narrow.server().ports().mqtt());
                Socket first = new Socket("127.0.0.1", narrow.httpPort());
                Socket second = new Socket("127.0.0.1", narrow.httpPort())) {
            awaitMetric(narrow, "signalbox_listener_connections_open{gateway=\"mqtt\"} 1.0");
            String request = REQUEST.formatted("/mqtt", "mqtt", "");
            assertThat(ask(first, request)).startsWith("HTTP/1.1 101");
            assertThat(ask(second, request)).startsWith("HTTP/1.1 503");
            awaitMetric(narrow, "signalbox_listener_connections_open{gateway=\"mqtt\"} 2.0");
            awaitMetric(
                    narrow, "signalbox_listener_connections_refused_total{gateway=\"mqtt\",reason=\"address\"} 1.0");
            awaitMetric(
                    narrow, "signalbox_websocket_connections_refused_total{gateway=\"http\",reason=\"protocol\"} 1.0");
            awaitMetric(narrow, "signalbox_websocket_connections_open{gateway=\"http\"} 1.0");
            mqtt.close();
            awaitMetric(narrow, "signalbox_listener_connections_open{gateway=\"mqtt\"} 1.0");
            try (Socket third = new Socket("127.0.0.1", narrow.httpPort())) {
                assertThat(ask(third, request)).startsWith("HTTP/1.1 101");
            }
            awaitMetric(narrow, "signalbox_websocket_connections_open{gateway=\"http\"} 1.0");
        }
    }

    private static void awaitMetric(TestServer server, String line) {
        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () -> assertThat(server.get("/metrics").body().lines()).contains(line));
    }

    /** Its first packet would be taken for HTTP and lost, and the client would wait for an answer. */
    @Test
    void whoSpeaksBeforeTheHandshakeIsAnsweredIsClosed() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            socket.setSoTimeout(30_000);
            String early = REQUEST.formatted("/mqtt", "mqtt", "") + "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
            socket.getOutputStream().write(early.getBytes(StandardCharsets.US_ASCII));
            // A connection that stays open ends this with a timeout, since the time to CONNECT is as long as that.
            socket.getInputStream().readAllBytes();
        }
        assertThat(server.get("/metrics").body().lines())
                .contains("signalbox_mqtt_clients_connected{gateway=\"mqtt\"} 0.0");
    }

    @Test
    void anotherVersionIsToldWhichOneIsSpoken() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            String answer = ask(socket, REQUEST.formatted("/mqtt", "mqtt", "").replace("Version: 13", "Version: 8"));
            assertThat(answer).startsWith("HTTP/1.1 426").containsIgnoringCase("sec-websocket-version: 13\r\n");
        }
    }

    @Test
    void moreThanAllowedAreRefusedAndAPlaceIsFreeAgainWhenOneLeaves() throws Exception {
        String request = REQUEST.formatted("/mqtt", "mqtt", "");
        try (Socket first = new Socket("127.0.0.1", server.httpPort());
                Socket second = new Socket("127.0.0.1", server.httpPort());
                Socket third = new Socket("127.0.0.1", server.httpPort())) {
            assertThat(ask(first, request)).startsWith("HTTP/1.1 101");
            assertThat(ask(second, request)).startsWith("HTTP/1.1 101");
            assertThat(ask(third, request)).startsWith("HTTP/1.1 503");
        }
        org.awaitility.Awaitility.await().untilAsserted(() -> {
            try (Socket later = new Socket("127.0.0.1", server.httpPort())) {
                assertThat(ask(later, request)).startsWith("HTTP/1.1 101");
            }
        });
    }

    @Test
    void whatIsNoAmqpInsideAWebSocketIsAnsweredAndTheWebSocketSaysFarewellToo() throws Exception {
        try (TestServer both = TestServer.start(directory.resolve("both"), "amqp.enabled", "true", "amqp.port", "0");
                Socket socket = new Socket("127.0.0.1", both.httpPort())) {
            assertThat(ask(socket, REQUEST.formatted("/amqp", "amqp", ""))).startsWith("HTTP/1.1 101");
            byte[] frame = new byte[6 + 8];
            frame[0] = (byte) 0x82;
            frame[1] = (byte) (0x80 | 8);
            System.arraycopy("AMQP0091".getBytes(StandardCharsets.US_ASCII), 0, frame, 6, 8);
            socket.getOutputStream().write(frame);
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).contains("AMQP");
            int close = 2 + answer[1];
            assertThat(answer[close]).isEqualTo((byte) 0x88);
            assertThat((answer[close + 2] & 0xFF) << 8 | answer[close + 3] & 0xFF)
                    .isEqualTo(1000);
        }
    }

    @Test
    void whatIsNoMqttInsideAWebSocketEndsThatOneAlone() throws Exception {
        Mqtt5BlockingClient bystander = client("bystander");
        bystander.connect();
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            assertThat(ask(socket, REQUEST.formatted("/mqtt", "mqtt", ""))).startsWith("HTTP/1.1 101");
            // A text frame, and a long one: MQTT-6.0.0-1 wants binary ones.
            byte[] frame = new byte[14 + (1 << 20)];
            frame[0] = (byte) 0x81;
            frame[1] = (byte) 0xFF;
            frame[7] = 0x10;
            socket.getOutputStream().write(frame);
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(answer).startsWith((byte) 0x88);
            assertThat((answer[2] & 0xFF) << 8 | answer[3] & 0xFF).isEqualTo(1003);
        }
        assertThat(bystander.getState().isConnected()).isTrue();
        bystander.disconnect();
    }
}
