package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.SignalboxException;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.provider.WhenAbsent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path directory;

    /** The client library's own default for {@code amqps} trusts everybody. */
    @Test
    void aServerWhoseCertificateNobodyVouchesForIsNotTalkedTo() throws Exception {
        try (SSLServerSocket server = (SSLServerSocket)
                selfSigned().getServerSocketFactory().createServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> endAfterTheHandshake(server));
            RabbitMqConfig config = RabbitMqConfig.of(
                            URI.create("amqps://guest:secret@127.0.0.1:" + server.getLocalPort()))
                    .withWhenAbsent(WhenAbsent.FAIL);
            assertThatThrownBy(() -> RabbitMqTransport.open(config, TimeSource.monotonic()))
                    .isInstanceOf(SignalboxException.class)
                    .hasRootCauseInstanceOf(java.security.cert.CertPathBuilderException.class)
                    .satisfies(e -> assertThat(causes(e)).anyMatch(SSLException.class::isInstance));
            assertThat(config.toString()).doesNotContain("secret");
        }
    }

    private static java.util.List<Throwable> causes(Throwable e) {
        return java.util.stream.Stream.iterate(e, c -> c != null, Throwable::getCause)
                .toList();
    }

    private static void endAfterTheHandshake(SSLServerSocket server) {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
            } catch (IOException e) {
                Thread.onSpinWait(); // refused, as it should be, or closed
            }
        }
    }

    private SSLContext selfSigned() throws Exception {
        Path store = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "s",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
