package io.signalbox.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class MemoryReadingsTest {
    private static final double INTERVAL_SECONDS = 1_000;
    private static final Duration WAIT = Duration.ofSeconds(20);

    private static MemoryReadings.Reading first(MemoryReadings readings) {
        while (true) {
            try {
                return readings.latest(System.nanoTime());
            } catch (IOException notYet) {
                if (notYet.getCause() != null) {
                    throw new AssertionError(notYet);
                }
                Thread.onSpinWait();
            }
        }
    }

    /** A server that hangs would be flat for ever. */
    @Test
    void aReadingThatIsOldIsAFault() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] text =
                    "jvm_memory_used_bytes{area=\"heap\",id=\"G1 Old Gen\"} 2097152\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
        try (HeapMetrics metrics = new HeapMetrics(server.getAddress().getPort(), WAIT);
                MemoryReadings readings =
                        new MemoryReadings(ProcessHandle.current().pid(), metrics, INTERVAL_SECONDS)) {
            MemoryReadings.Reading reading = first(readings);
            assertThat(reading.heap()).isEqualTo(2);
            assertThat(reading.old()).isEqualTo(2);
            assertThat(reading.resident()).isPositive();
            assertThat(reading.descriptors()).isPositive();
            long intervalNanos = (long) (INTERVAL_SECONDS * 1e9);
            assertThat(readings.latest(reading.atNanos() + 2 * intervalNanos)).isEqualTo(reading);
            assertThatThrownBy(() -> readings.latest(reading.atNanos() + 3 * intervalNanos))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the last memory figures are 3000.0 s old, at an interval of 1000.0 s");
        } finally {
            server.stop(0);
        }
    }

    /** It accepts, and says nothing. */
    @Test
    void anAnswerThatDoesNotComeIsAFault() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HeapMetrics metrics = new HeapMetrics(silent.getLocalPort(), Duration.ofMillis(50))) {
            assertThatThrownBy(metrics::read).isInstanceOf(HttpTimeoutException.class);
        }
    }
}
