package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.TestServer;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with a certificate that the JDK's keytool makes for the test. */
final class HttpTlsTest {
    @TempDir
    Path directory = Path.of("");

    private Path certificate = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void nameFiles() {
        certificate = directory.resolve("cert.pem");
        key = directory.resolve("key.pem");
    }

    private void keytool(String... arguments) throws Exception {
        Process process = new ProcessBuilder(java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString()),
                                java.util.Arrays.stream(arguments))
                        .toList())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private KeyStore makeCertificate() throws Exception {
        Path store = directory.resolve("store.p12");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "s",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-validity",
                "2");
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        java.util.Base64.Encoder pem = java.util.Base64.getMimeEncoder(64, new byte[] {'\n'});
        java.nio.file.Files.writeString(
                certificate,
                "-----BEGIN CERTIFICATE-----\n"
                        + pem.encodeToString(keys.getCertificate("s").getEncoded()) + "\n-----END CERTIFICATE-----\n");
        java.nio.file.Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n"
                        + pem.encodeToString(
                                keys.getKey("s", "changeit".toCharArray()).getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        return keys;
    }

    @Test
    void theApiSpeaksTlsWithAPemCertificateAndPlainBytesGetNoAnswer() throws Exception {
        KeyStore keys = makeCertificate();
        try (TestServer server = TestServer.start(
                directory.resolve("data"),
                "http.tls.certificate",
                certificate.toString(),
                "http.tls.key",
                key.toString())) {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("s", keys.getCertificate("s"));
            trust.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", server.httpPort())) {
                socket.getOutputStream()
                        .write("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200");
            }
            assertThat(server.raw("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    /** At its own port MQTT asks for a certificate; at this one nobody does. */
    @Test
    void whereMqttDemandsCertificatesThereIsNoWebSocketForIt() throws Exception {
        KeyStore keys = makeCertificate();
        assertThat(keys.size()).isEqualTo(1);
        try (TestServer server = TestServer.start(
                directory.resolve("data"),
                "mqtt.tls.certificate",
                certificate.toString(),
                "mqtt.tls.key",
                key.toString(),
                "mqtt.tls.client-authorities",
                certificate.toString(),
                "mqtt.tls.client-certificate-required",
                "true")) {
            assertThat(server.raw("GET /mqtt HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                    .startsWith("HTTP/1.1 404");
        }
    }
}
