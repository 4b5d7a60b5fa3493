package io.signalbox.gateway.mqtt;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.gateway.listener.ListenerCounter;
import io.signalbox.gateway.listener.ListenerLimits;
import io.signalbox.gateway.listener.TlsConfig;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT through TLS. */
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path keys;

    @TempDir
    Path directory;

    private static SSLContext trusting;
    private static TlsConfig files;

    @BeforeAll
    static void makeKeys() throws Exception {
        Path store = keys.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            own.load(in, PASSWORD);
        }
        Certificate certificate = own.getCertificate("a");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, trust.getTrustManagers(), null);
        files = TlsConfig.of(
                pem("CERTIFICATE", certificate.getEncoded()),
                pem("PRIVATE KEY", ((PrivateKey) own.getKey("a", PASSWORD)).getEncoded()));
    }

    private static Path pem(String type, byte[] der) throws IOException {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
        return Files.writeString(keys.resolve(type.replace(' ', '-') + ".pem"), text);
    }

    private GatewayFixture server(int connectTimeoutMillis) {
        MqttConfig config = MqttConfig.builder()
                .tls(files)
                .limits(ListenerLimits.DEFAULT.withConnectTimeoutMillis(connectTimeoutMillis))
                .build();
        return new GatewayFixture(
                directory, config, GatewayFixture.EVERYBODY, Authorizer.ALLOW_ALL, TimeSource.monotonic());
    }

    private static SSLSocket client(GatewayFixture server, String protocol) throws IOException {
        SSLSocket socket =
                (SSLSocket) trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setSoTimeout(60_000);
        // MQTT 5, no reason strings wanted
        socket.getOutputStream()
                .write(WireFixture.bytes(packet("10", "0004 4d515454 05 02 0000", properties("17 00"), text("c"))));
        byte[] connack = WireFixture.bytes(packet("20", "00 00", properties("21 0400", "27 00100000", "22 0080")));
        assertThat(socket.getInputStream().readNBytes(connack.length)).isEqualTo(connack);
        return socket;
    }

    private static long count(GatewayFixture server, ListenerCounter counter) {
        return Objects.requireNonNull(server.gateway.listenerCounters()).value(counter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theReasonArrivesThoughTheClientGoesOnSending(String protocol) throws Exception {
        try (GatewayFixture server = server(10_000)) {
            try (SSLSocket socket = client(server, protocol)) {
                byte[] wrongThenMuch = new byte[1 << 20];
                wrongThenMuch[0] = (byte) 0xC1; // PINGREQ with a flag
                Thread sending = Thread.ofPlatform().daemon().start(() -> {
                    try {
                        socket.getOutputStream().write(wrongThenMuch);
                    } catch (IOException closed) {
                        // the server has had enough
                    }
                });
                assertThat(socket.getInputStream().readNBytes(3)).isEqualTo(WireFixture.bytes("e00181"));
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                sending.join(5_000);
            }
        }
    }

    @Test
    void aClientMayNotNegotiateAgain() throws Exception {
        try (GatewayFixture server = server(10_000);
                SSLSocket socket = client(server, "TLSv1.2")) {
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getOutputStream().write(WireFixture.bytes("c000"));
                        socket.getInputStream().readNBytes(2);
                    })
                    .isInstanceOf(IOException.class);
            await().until(() -> count(server, ListenerCounter.OPEN) == 0);
        }
    }

    @Test
    void whoNeverFinishesTheHandshakeIsRemoved() throws Exception {
        try (GatewayFixture server = server(300)) {
            Socket[] sockets = new Socket[50];
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = new Socket(InetAddress.getLoopbackAddress(), server.port);
                // nothing, or the beginning of a ClientHello
                sockets[i].getOutputStream().write(WireFixture.bytes(i % 2 == 0 ? "" : "16 0301 0200 01"));
            }
            // None is open before the first is accepted, too, and a failure is counted when the connection has ended.
            await().untilAsserted(() -> {
                assertThat(count(server, ListenerCounter.ACCEPTED)).isEqualTo(50);
                assertThat(count(server, ListenerCounter.OPEN)).isZero();
                assertThat(count(server, ListenerCounter.TLS_FAILED)).isEqualTo(50);
            });
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
