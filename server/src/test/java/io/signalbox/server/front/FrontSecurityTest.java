package io.signalbox.server.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.server.TestServer;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.SessionOptions;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MQTT clients with passwords and permissions, at a server whose default transport knows of neither. */
final class FrontSecurityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        Path passwords = folder.resolve("passwords");
        for (String user : new String[] {"alice", "mallory"}) {
            new PasswordFileEditor(passwords, new Argon2Cost(8, 1, 1)).put(user, "pw".getBytes(StandardCharsets.UTF_8));
        }
        rules("allow everybody all #\ndeny everybody subscribe market/secret\nend\n");
        server = TestServer.start(
                folder.resolve("data"),
                "security.password-file",
                passwords.toString(),
                "security.permission-file",
                folder.resolve("permissions").toString(),
                "transport",
                "x",
                "transports.x.type",
                "faulty",
                "transports.other.type",
                "faulty");
    }

    private void rules(String text) throws IOException {
        Files.writeString(folder.resolve("permissions"), text);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void publish(String topic, String payload) {
        TestClient.get(
                FaultyProvider.named("x")
                        .publish(
                                Message.to(Topic.ofMqtt(topic)).payload(payload).build()),
                PATIENCE);
    }

    /** MQTT 3.1.1, as far as it is needed here. */
    private final class Client implements AutoCloseable {
        private final Socket socket =
                new Socket("127.0.0.1", server.server().ports().mqtt());
        private final DataInputStream in = new DataInputStream(socket.getInputStream());

        /** The second byte of CONNACK's body, and before it whether the session is there. */
        private final int sessionPresent;

        private final int returnCode;

        Client(String user, String clientId) throws IOException {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(body);
            out.writeUTF("MQTT");
            out.writeByte(4);
            out.writeByte(0b1100_0000); // user name and password, the session stays
            out.writeShort(60);
            out.writeUTF(clientId);
            out.writeUTF(user);
            out.writeUTF("pw");
            send(0x10, body.toByteArray());
            byte[] connack = receive(0x20);
            sessionPresent = connack[0];
            returnCode = connack[1];
        }

        private void send(int header, byte[] body) throws IOException {
            byte[] packet = new byte[2 + body.length]; // short ones: one byte of length
            packet[0] = (byte) header;
            packet[1] = (byte) body.length;
            System.arraycopy(body, 0, packet, 2, body.length);
            socket.getOutputStream().write(packet);
        }

        private byte[] receive(int type) throws IOException {
            while (true) {
                int header = in.readUnsignedByte();
                byte[] body = new byte[in.readUnsignedByte()];
                in.readFully(body);
                if ((header & 0xf0) == type) {
                    return body;
                }
            }
        }

        void subscribe(String filter) throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(body);
            out.writeShort(1);
            out.writeUTF(filter);
            out.writeByte(0);
            send(0x82, body.toByteArray());
            assertThat(receive(0x90)[2]).as("granted").isZero();
        }

        /** Of the next PUBLISH at QoS 0. */
        String payload() throws IOException {
            byte[] body = receive(0x30);
            int topicBytes = (body[0] & 0xff) << 8 | body[1] & 0xff;
            return new String(body, 2 + topicBytes, body.length - 2 - topicBytes, StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void aDeniedTopicWithinAGrantedFilterIsHeldBackAndSoIsOneThatIsDeniedLater() throws Exception {
        try (Client alice = new Client("alice", "a")) {
            assertThat(alice.returnCode).isZero();
            alice.subscribe("market/#");
            publish("market/secret", "hidden");
            publish("market/open", "seen");
            assertThat(alice.payload()).isEqualTo("seen");
            rules("allow everybody all #\ndeny everybody subscribe market/open\nend\n");
            server.server().reload();
            publish("market/open", "hidden now");
            publish("market/secret", "seen now");
            assertThat(alice.payload()).isEqualTo("seen now");
        }
        assertThat(server.send("GET", "/metrics", null, "alice:pw").body())
                .contains("signalbox_front_withheld_total 2.0");
    }

    /** Whoever left one before there were passwords can open it no more, and it goes on collecting. */
    @Test
    void anOperatorEndsASessionThatIsNobodysByItsNameAtTheEngine() throws Exception {
        TestClient.open(
                        FaultyProvider.named("x"),
                        SessionOptions.durableSession("reader"),
                        SettleBehaviour.ACCEPT,
                        PATIENCE)
                .subscribe("market/#")
                .detach();
        rules("allow everybody all #\nallow user:alice admin\nend\n");
        server.server().reload();
        assertThat(server.send("DELETE", "/api/v1/clients/reader", null, "mallory:pw")
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.send("DELETE", "/api/v1/clients/reader", null, "alice:pw")
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.send("DELETE", "/api/v1/clients/reader", null, "alice:pw")
                        .statusCode())
                .isEqualTo(404);
        assertThat(FaultyProvider.named("x").broker().session("reader")).isEmpty();
    }

    @Test
    void theClientIdOfAnotherUserLeadsToNoSessionOfHis() throws Exception {
        try (Client alice = new Client("alice", "reader")) {
            alice.subscribe("market/#");
        }
        try (Client again = new Client("alice", "reader")) {
            assertThat(again.sessionPresent).isEqualTo(1);
        }
        // Until the server has seen that she is gone, her client id is hers here.
        Awaitility.await().atMost(PATIENCE).until(() -> {
            try (Client mallory = new Client("mallory", "reader")) {
                assertThat(mallory.sessionPresent).isZero();
                return mallory.returnCode == 0;
            }
        });
    }
}
