package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.access.Authorizer;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.listener.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AMQP through TLS, and clients that show a certificate instead of a password. */
class TlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path keys;

    @TempDir
    Path directory;

    private static Path trusted;
    private static TlsConfig tls;

    @BeforeAll
    static void makeKeys() throws Exception {
        KeyStore server = generate("server", "CN=localhost");
        KeyStore client = generate("client", "O=Example, CN=device-7");
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("server", server.getCertificate("a"));
        trusted = keys.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(trusted)) {
            trust.store(out, PASSWORD.toCharArray());
        }
        tls = new TlsConfig(
                pem("server-certificate", "CERTIFICATE", server.getCertificate("a")),
                pem(
                        "server-key",
                        "PRIVATE KEY",
                        ((PrivateKey) server.getKey("a", PASSWORD.toCharArray())).getEncoded()),
                pem("client-authorities", "CERTIFICATE", client.getCertificate("a")),
                false);
    }

    private static KeyStore generate(String name, String subject) throws Exception {
        Path store = keys.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        subject,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD.toCharArray());
        }
        return loaded;
    }

    private static Path pem(String name, String type, Certificate certificate) throws Exception {
        return pem(name, type, certificate.getEncoded());
    }

    private static Path pem(String name, String type, byte[] der) throws IOException {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
        return Files.writeString(keys.resolve(name + ".pem"), text);
    }

    private AmqpFixture server(boolean anonymous) {
        AmqpConfig config = AmqpConfig.DEFAULT.withTls(tls).withAnonymous(anonymous);
        return new AmqpFixture(directory, config, Authorizer.ALLOW_ALL);
    }

    private static ConnectionOptions trusting() {
        ConnectionOptions options = AmqpFixture.options();
        options.sslEnabled(true);
        options.sslOptions()
                .trustStoreLocation(trusted.toString())
                .trustStorePassword(PASSWORD)
                .trustStoreType("PKCS12")
                .verifyHost(false);
        return options;
    }

    private static void exchange(Connection connection) throws Exception {
        connection.openSender("t").send(Message.create("through TLS")).awaitAccepted(30, TimeUnit.SECONDS);
    }

    @Test
    void aPasswordGoesThroughTls() throws Exception {
        try (AmqpFixture server = server(false)) {
            exchange(server.connect("c", trusting().user("ann").password("ann")));
            assertThat(server.gateway.connections().getFirst().principal()).isEqualTo("ann");
        }
    }

    @Test
    void whoShowsACertificateIsTheUserThatItNames() throws Exception {
        try (AmqpFixture server = server(false)) {
            ConnectionOptions options = trusting();
            options.sslOptions()
                    .keyStoreLocation(keys.resolve("client.p12").toString())
                    .keyStorePassword(PASSWORD)
                    .keyStoreType("PKCS12");
            options.saslOptions().addAllowedMechanism("EXTERNAL");
            exchange(server.connect("c", options));
            assertThat(server.gateway.connections().getFirst().principal()).isEqualTo("device-7");
        }
    }

    @Test
    void externalIsNotOfferedWithoutACertificateAndAnonymousNotWhereItIsOff() {
        try (AmqpFixture server = server(false)) {
            ConnectionOptions external = trusting();
            external.saslOptions().addAllowedMechanism("EXTERNAL");
            assertThatThrownBy(() -> server.connect("c", external)).hasCauseInstanceOf(ClientException.class);
            ConnectionOptions anonymous = trusting();
            anonymous.saslOptions().addAllowedMechanism("ANONYMOUS");
            assertThatThrownBy(() -> server.connect("c", anonymous)).hasCauseInstanceOf(ClientException.class);
            assertThat(server.gateway.connections()).isEmpty();
        }
    }
}
