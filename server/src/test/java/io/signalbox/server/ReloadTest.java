package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.listener.Gate;
import io.signalbox.gateway.listener.Listener;
import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.listener.TlsConfig;
import io.signalbox.security.Security;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordAuthenticator;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.server.http.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users and certificates are put in force together, or neither is. */
final class ReloadTest {
    @TempDir
    Path directory = Path.of("");

    private final EventLoops loops = EventLoops.start(1);
    private Path passwords = Path.of("");
    private Path chain = Path.of("");
    private Path key = Path.of("");
    private TestCertificate old;
    private TestCertificate renewed;
    private SSLContext client;
    private Security security;
    private Reload reload;
    private Listener listener;

    @SuppressWarnings("NullAway.Init")
    ReloadTest() {}

    @BeforeEach
    void start() throws Exception {
        passwords = directory.resolve("passwords");
        chain = directory.resolve("chain.pem");
        key = directory.resolve("key.pem");
        for (String name : new String[] {"stays", "goes"}) {
            new PasswordFileEditor(passwords, new Argon2Cost(8, 1, 1)).put(name, "pw".getBytes(StandardCharsets.UTF_8));
        }
        old = TestCertificate.make(directory, "old");
        renewed = TestCertificate.make(directory, "renewed");
        client = TestCertificate.trusting(old, renewed);
        old.write(chain, key);
        security = Security.open(
                new Security.Settings(passwords, null, true, PasswordAuthenticator.Limits.DEFAULT, List.of()));
        reload = new Reload(security);
        Gate gate = new Gate(ListenerLimits.DEFAULT);
        listener = reload.opening(
                () -> Listener.bind("127.0.0.1", 0, TlsConfig.of(chain, key), gate, loops, channel -> {}),
                opened -> gate);
    }

    @AfterEach
    void stop() {
        listener.close();
        security.close();
        loops.close();
    }

    private void removeOne() throws IOException {
        List<String> others = Files.readAllLines(passwords).stream()
                .filter(line -> !line.startsWith("goes"))
                .toList();
        assertThat(others).hasSize(1);
        Files.write(passwords, others);
    }

    private Certificate shown() throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(30_000);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void aListenerOfRemovedUsersThatFailsLeavesAllOfTheNewInForce() throws Exception {
        List<String> removed = new ArrayList<>();
        security.onRevoked(users -> {
            throw new IllegalStateException("on purpose");
        });
        removeOne();
        renewed.write(chain, key);
        assertThatThrownBy(reload::run).isInstanceOf(IllegalStateException.class);
        assertThat(shown()).isEqualTo(renewed.certificate());
        security.onRevoked(removed::addAll);
        assertThat(reload.run().users()).isOne();
        assertThat(removed).as("who should have gone then").containsExactly("goes");
        reload.run();
        assertThat(removed).as("has gone").containsExactly("goes");
    }

    @Test
    void aBadPasswordFileLeavesTheOldCertificate() throws Exception {
        Files.writeString(passwords, "no user");
        renewed.write(chain, key);
        assertThatThrownBy(reload::run).isInstanceOf(SecurityFileException.class);
        assertThat(shown()).isEqualTo(old.certificate());
    }

    @Test
    void aBadCertificateLeavesTheOldUsers() throws Exception {
        List<String> removed = new ArrayList<>();
        security.onRevoked(removed::addAll);
        removeOne();
        Files.writeString(chain, "none");
        assertThatThrownBy(reload::run).isInstanceOf(IOException.class);
        assertThat(removed).isEmpty();
        old.write(chain, key);
        assertThat(reload.run().certificates()).isOne();
        assertThat(removed).containsExactly("goes");
    }
}
