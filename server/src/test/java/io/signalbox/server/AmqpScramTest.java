package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordFileEditor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionSecuritySaslException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A password file whose users may use SCRAM, from the file to the client. */
class AmqpScramTest {
    @TempDir
    Path directory;

    private static Connection connect(Client client, TestServer server, String password, String mechanism)
            throws Exception {
        ConnectionOptions options = new ConnectionOptions().user("ann").password(password);
        options.transportOptions().allowNativeIO(false);
        options.saslOptions().addAllowedMechanism(mechanism);
        Connection connection =
                client.connect("127.0.0.1", server.server().ports().amqp(), options);
        connection.openFuture().get();
        return connection;
    }

    @Test
    void theUserProvesThePasswordAndMayStillShowIt() throws Exception {
        Path passwords = directory.resolve("passwords");
        new PasswordFileEditor(passwords, new Argon2Cost(8, 1, 1))
                .putForScram("ann", "pencil".getBytes(StandardCharsets.UTF_8), 4_096);
        try (TestServer server = TestServer.start(
                        directory.resolve("data"),
                        "amqp.enabled",
                        "true",
                        "amqp.port",
                        "0",
                        "security.password-file",
                        passwords.toString());
                Client client = Client.create()) {
            for (String mechanism : new String[] {"SCRAM-SHA-256", "PLAIN"}) {
                connect(client, server, "pencil", mechanism)
                        .openSender("t")
                        .send(Message.create(mechanism))
                        .awaitAccepted(30, TimeUnit.SECONDS);
                assertThatThrownBy(() -> connect(client, server, "crayon", mechanism))
                        .hasCauseInstanceOf(ClientConnectionSecuritySaslException.class);
            }
        }
    }
}
