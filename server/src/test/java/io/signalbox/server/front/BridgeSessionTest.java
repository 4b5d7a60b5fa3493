package io.signalbox.server.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.server.TestServer;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anonymous MQTT clients at a composite, one of whose members a bridge receives at. */
final class BridgeSessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("");

    /** MQTT 3.1.1's return code. */
    private static int connect(TestServer server, String clientId) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeUTF("MQTT");
        out.write(new byte[] {4, 2, 0, 60}); // a clean session
        out.writeUTF(clientId);
        try (Socket socket = new Socket("127.0.0.1", server.server().ports().mqtt())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(new byte[] {0x10, (byte) body.size()});
            socket.getOutputStream().write(body.toByteArray());
            return socket.getInputStream().readNBytes(4)[3];
        }
    }

    @Test
    void noClientOfACompositeTakesTheSessionOfABridgeAtAMember() throws Exception {
        try (TestServer server = TestServer.start(
                folder,
                "transport",
                "both",
                "transports.both.type",
                "composite",
                "transports.both.strategy",
                "any",
                "transports.both.members",
                "near,second",
                "transports.near.type",
                "faulty",
                "transports.second.type",
                "faulty",
                "transports.far.type",
                "faulty",
                "bridges[0].name",
                "orders",
                "bridges[0].from",
                "near",
                "bridges[0].to",
                "far",
                "bridges[0].filters",
                "orders/#")) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> server.get("/health/transports").statusCode() == 200);
            // It has another name at the members.
            assertThat(connect(server, "@bridge:orders")).isZero();
            TestClient.get(
                    FaultyProvider.named("near")
                            .publish(Message.to(Topic.ofMqtt("orders/1"))
                                    .payload("x")
                                    .build()),
                    PATIENCE);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> server.get("/metrics").body().contains("outcome=\"carried\"} 1.0"));
        }
    }

    @Test
    void noClientOfTheServersOwnBrokerTakesTheSessionOfABridge() throws Exception {
        try (TestServer server = TestServer.start(
                folder,
                "transports.far.type",
                "faulty",
                "bridges[0].name",
                "orders",
                "bridges[0].from",
                "broker",
                "bridges[0].to",
                "far",
                "bridges[0].filters",
                "orders/#")) {
            assertThat(connect(server, "@bridge:orders")).isNotZero();
            assertThat(connect(server, "@bridge:others")).isZero();
        }
    }
}
