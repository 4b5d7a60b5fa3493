package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.TestServer;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
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

    @Test
    void theApiSpeaksTlsWithAPemCertificateAndPlainBytesGetNoAnswer() throws Exception {
        TestCertificate made = TestCertificate.make(directory, "server");
        made.write(certificate, key);
        try (TestServer server = TestServer.start(
                directory.resolve("data"),
                "http.tls.certificate",
                certificate.toString(),
                "http.tls.key",
                key.toString())) {
            SSLContext tls = TestCertificate.trusting(made);
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
        TestCertificate.make(directory, "server").write(certificate, key);
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
