package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced while the server runs, at all its ports. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class TlsReloadTest {
    /** MQTT 5: CONNECT with the client id "c", and PINGREQ. */
    private static final byte[] CONNECT = {0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0, 0, 1, 'c'};

    private static final byte[] PINGREQ = {(byte) 0xC0, 0};
    private static final byte[] PINGRESP = {(byte) 0xD0, 0};

    @TempDir
    Path directory = Path.of("");

    private Path chain = Path.of("");
    private Path key = Path.of("");
    private TestCertificate old;
    private TestCertificate renewed;
    private SSLContext client;
    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    TlsReloadTest() {}

    @BeforeEach
    void start() throws Exception {
        chain = directory.resolve("chain.pem");
        key = directory.resolve("key.pem");
        old = TestCertificate.make(directory, "old");
        renewed = TestCertificate.make(directory, "renewed");
        client = TestCertificate.trusting(old, renewed);
        old.write(chain, key);
        server = TestServer.start(
                directory.resolve("data"),
                "amqp.enabled",
                "true",
                "amqp.port",
                "0",
                "mqtt.tls.certificate",
                chain.toString(),
                "mqtt.tls.key",
                key.toString(),
                "amqp.tls.certificate",
                chain.toString(),
                "amqp.tls.key",
                key.toString(),
                "http.tls.certificate",
                chain.toString(),
                "http.tls.key",
                key.toString());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SSLSocket connect(int port) throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(30_000);
        socket.startHandshake();
        return socket;
    }

    private List<Certificate> shownAtAllPorts() throws IOException {
        List<Certificate> shown = new ArrayList<>();
        for (int port : List.of(
                server.server().ports().mqtt(),
                server.server().ports().amqp(),
                server.server().ports().http())) {
            try (SSLSocket socket = connect(port)) {
                shown.add(socket.getSession().getPeerCertificates()[0]);
            }
        }
        return shown;
    }

    private static String ask(SSLSocket socket, String method, String path) throws IOException {
        socket.getOutputStream()
                .write((method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int b = in.read();
            assertThat(b).as("the connection goes on").isNotNegative();
            head.append((char) b);
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1"));
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Test
    void theReloadPutsNewCertificatesInForceAtEveryPortAndEndsNoConnection() throws Exception {
        try (SSLSocket http = connect(server.httpPort());
                SSLSocket mqtt = connect(server.server().ports().mqtt())) {
            mqtt.getOutputStream().write(CONNECT);
            assertThat(mqtt.getInputStream().read()).isEqualTo(0x20);
            mqtt.getInputStream().readNBytes(mqtt.getInputStream().read());
            assertThat(shownAtAllPorts()).containsOnly(old.certificate());
            renewed.write(chain, key);
            assertThat(ask(http, "POST", "/api/v1/admin/reload"))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"certificates\":3");
            assertThat(shownAtAllPorts()).hasSize(3).containsOnly(renewed.certificate());
            assertThat(ask(http, "GET", "/metrics"))
                    .startsWith("HTTP/1.1 200")
                    .contains("signalbox_listener_tls_expiry_seconds{gateway=\"amqp\"}");
            mqtt.getOutputStream().write(PINGREQ);
            assertThat(mqtt.getInputStream().readNBytes(2)).isEqualTo(PINGRESP);
            assertThat(http.getSession().getPeerCertificates()[0]).isEqualTo(old.certificate());
        }
    }

    @Test
    void aBadFileChangesNothingAtAnyPortAndIsNamed() throws Exception {
        Files.writeString(chain, renewed.certificatePem()); // the key is still that of the old one
        try (SSLSocket http = connect(server.httpPort())) {
            assertThat(ask(http, "POST", "/api/v1/admin/reload"))
                    .startsWith("HTTP/1.1 409")
                    .contains("tls-file-bad", "key.pem", "stay in force");
            assertThat(shownAtAllPorts()).hasSize(3).containsOnly(old.certificate());
            server.server().reload(); // as the signal does: says so in the log
            assertThat(shownAtAllPorts()).hasSize(3).containsOnly(old.certificate());
            Files.writeString(key, renewed.keyPem());
            server.server().reload();
            assertThat(shownAtAllPorts()).hasSize(3).containsOnly(renewed.certificate());
        }
    }

    /** Whoever connects meanwhile sees one or the other, and is never sent away. */
    @Test
    void handshakesGoOnWhileCertificatesAreReplaced() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Integer>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++) {
                clients.add(threads.submit(() -> {
                    int connected = 0;
                    for (; connected == 0 || !over.get(); connected++) {
                        assertThat(shownAtAllPorts()).isSubsetOf(old.certificate(), renewed.certificate());
                    }
                    return connected;
                }));
            }
            for (int i = 0; i < 20; i++) {
                (i % 2 == 0 ? renewed : old).write(chain, key);
                server.server().reload();
            }
            over.set(true);
            for (Future<Integer> client : clients) {
                assertThat(client.get()).isPositive();
            }
        }
        assertThat(shownAtAllPorts()).hasSize(3).containsOnly(old.certificate());
    }

    private static int connack(SSLContext context, int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(CONNECT);
            return socket.getInputStream().read();
        }
    }

    @Test
    void theReloadChangesTheAuthoritiesOfClientsToComeAndEndsNoConnection() throws Exception {
        TestCertificate first = TestCertificate.make(directory, "first");
        TestCertificate second = TestCertificate.make(directory, "second");
        Path authorities = directory.resolve("authorities.pem");
        Files.writeString(authorities, first.certificatePem());
        try (TestServer strict = TestServer.start(
                directory.resolve("strict"),
                "mqtt.tls.certificate",
                chain.toString(),
                "mqtt.tls.key",
                key.toString(),
                "mqtt.tls.client-authorities",
                authorities.toString(),
                "mqtt.tls.client-certificate-required",
                "true")) {
            int port = strict.server().ports().mqtt();
            SSLContext ofFirst = first.showingTo(old);
            SSLContext ofSecond = second.showingTo(old);
            assertThatThrownBy(() -> connack(ofSecond, port)).isInstanceOf(IOException.class);
            try (SSLSocket open = (SSLSocket) ofFirst.getSocketFactory().createSocket("127.0.0.1", port)) {
                open.setSoTimeout(30_000);
                open.getOutputStream().write(CONNECT);
                assertThat(open.getInputStream().read()).isEqualTo(0x20);
                open.getInputStream().readNBytes(open.getInputStream().read());
                Files.writeString(authorities, second.certificatePem());
                strict.server().reload();
                assertThatThrownBy(() -> connack(ofFirst, port)).isInstanceOf(IOException.class);
                open.getOutputStream().write(PINGREQ);
                assertThat(open.getInputStream().readNBytes(2)).isEqualTo(PINGRESP);
                assertThat(connack(ofSecond, port)).isEqualTo(0x20);
            }
        }
    }
}
