package io.signalbox.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A port, on a real network. */
class ListenerTest {
    @TempDir
    Path directory;

    private final EventLoops loops = EventLoops.start(1);

    @AfterEach
    void close() {
        loops.close();
    }

    /** Sends back what it reads. */
    private static void echo(Channel channel) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ctx.writeAndFlush(message);
            }
        });
    }

    private Listener bind(int port, @Nullable TlsConfig tls, ListenerLimits limits) throws IOException {
        return Listener.bind("127.0.0.1", port, tls, limits, loops, ListenerTest::echo);
    }

    private static void roundTrip(Socket socket) throws IOException {
        socket.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(4))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("ping");
    }

    @Test
    void aFreePortIsChosenAndCounted() throws Exception {
        try (Listener listener = bind(0, null, ListenerLimits.DEFAULT)) {
            try (Socket socket = new Socket("127.0.0.1", listener.port())) {
                roundTrip(socket);
                assertThat(listener.counters().value(ListenerCounter.OPEN)).isOne();
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> listener.counters().value(ListenerCounter.OPEN) == 0);
            assertThat(listener.counters().value(ListenerCounter.ACCEPTED)).isOne();
        }
    }

    @Test
    void nioServesAsWell() throws Exception {
        try (EventLoops nio = EventLoops.startNio(1);
                Listener listener =
                        Listener.bind("127.0.0.1", 0, null, ListenerLimits.DEFAULT, nio, ListenerTest::echo);
                Socket socket = new Socket("127.0.0.1", listener.port())) {
            assertThat(nio.kind()).isEqualTo("nio");
            roundTrip(socket);
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (Listener listener = bind(0, null, ListenerLimits.DEFAULT)) {
            assertThatThrownBy(() -> bind(listener.port(), null, ListenerLimits.DEFAULT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + listener.port())
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void oneTooManyIsClosedAtOnce() throws Exception {
        ListenerLimits limits = ListenerLimits.DEFAULT.withConnectionsMax(1, 1);
        try (Listener listener = bind(0, null, limits);
                Socket first = new Socket("127.0.0.1", listener.port())) {
            roundTrip(first);
            try (Socket second = new Socket("127.0.0.1", listener.port())) {
                second.setSoTimeout(60_000);
                assertThat(endOf(second)).isTrue();
            }
            assertThat(listener.counters().value(ListenerCounter.REFUSED_TOTAL)).isOne();
            roundTrip(first);
        }
    }

    private static boolean endOf(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void tlsIsSpokenWithACertificateFromFiles() throws Exception {
        Path keyStore = directory.resolve("keys.p12");
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
                        "changeit",
                        "-keystore",
                        keyStore.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            store.load(in, "changeit".toCharArray());
        }
        Certificate certificate = store.getCertificate("a");
        PrivateKey key = (PrivateKey) store.getKey("a", "changeit".toCharArray());
        TlsConfig tls =
                TlsConfig.of(pem("CERTIFICATE", certificate.getEncoded()), pem("PRIVATE KEY", key.getEncoded()));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", certificate);
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Listener listener = bind(0, tls, ListenerLimits.DEFAULT);
                Socket socket = context.getSocketFactory().createSocket("127.0.0.1", listener.port())) {
            roundTrip(socket);
            try (Socket plain = new Socket("127.0.0.1", listener.port())) {
                plain.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> listener.counters().value(ListenerCounter.TLS_FAILED) == 1);
            }
        }
    }

    @Test
    void tlsFilesThatAreNotUsableKeepTheDoorShut() throws Exception {
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        assertThatThrownBy(() -> bind(0, TlsConfig.of(empty, empty), ListenerLimits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("empty.pem");
        assertThatThrownBy(() -> bind(0, TlsConfig.of(directory.resolve("none"), empty), ListenerLimits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be read");
    }

    private Path pem(String type, byte[] der) throws IOException {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
        return Files.writeString(directory.resolve(type.replace(' ', '-') + ".pem"), text);
    }
}
