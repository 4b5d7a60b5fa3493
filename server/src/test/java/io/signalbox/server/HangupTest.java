package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.front.FaultyProvider;
import io.signalbox.server.http.TestCertificate;
import io.signalbox.testing.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;

/** SIGHUP while transports are being opened, which may take minutes: HTTP listens by then. */
final class HangupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory = Path.of("");

    /** Null while nobody listens. */
    private static @Nullable Certificate shown(SSLContext client, int port) {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        } catch (IOException nobody) {
            return null;
        }
    }

    @Test
    void aHangupDuringTheStartIsHeededBehindIt() throws Exception {
        Path chain = directory.resolve("chain.pem");
        Path key = directory.resolve("key.pem");
        TestCertificate old = TestCertificate.make(directory, "old");
        TestCertificate renewed = TestCertificate.make(directory, "renewed");
        SSLContext client = TestCertificate.trusting(old, renewed);
        old.write(chain, key);
        int port = Ports.reserve();
        CountDownLatch opened = new CountDownLatch(1);
        CountDownLatch stop = new CountDownLatch(1);
        FaultyProvider.openAfter("hangup", opened);
        Map<String, String> sets = Map.of(
                "mqtt.port", "0",
                "http.port", String.valueOf(port),
                "data.dir", directory.resolve("data").toString(),
                "transports.hangup.type", "faulty",
                "http.tls.certificate", chain.toString(),
                "http.tls.key", key.toString());
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        CompletableFuture<Integer> process =
                CompletableFuture.supplyAsync(() -> ServerProcess.run(null, Map.of(), sets, nowhere, nowhere, stop));
        try {
            await().atMost(PATIENCE).until(() -> old.certificate().equals(shown(client, port)));
            renewed.write(chain, key);
            Signal.raise(new Signal("HUP"));
            assertThat(process).isNotDone();
            opened.countDown();
            await().atMost(PATIENCE).until(() -> renewed.certificate().equals(shown(client, port)));
        } finally {
            opened.countDown();
            stop.countDown();
        }
        assertThat(process.join()).isZero();
    }
}
